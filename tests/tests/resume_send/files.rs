//! `save`: what is at the target, and what is beside it.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use retry_core::Policy;
use retry_http::{Error, RequestBuilderExt};

use crate::resume_files::{Answer, Files, Folder, client, content, holds};

/// The time limit is for a call that would go on for ever.
const POLICY: Policy = Policy::new()
    .max_attempts(3)
    .fixed(Duration::ZERO)
    .max_elapsed(Duration::from_secs(20));
const LENGTH: u64 = 3_000_000;

async fn save(url: &str, target: &Path) -> Result<u64, Error> {
    client().get(url).send_with(POLICY).save(target).await
}

/// Leaves the first million bytes of version 1.
async fn interrupted(folder: &Folder, name: &str, url: &str) {
    let error = save(url, &folder.join(name)).await.unwrap_err();
    assert!(error.is_transport(), "{error}");
    let left = fs::metadata(folder.join(&format!("{name}.part"))).unwrap();
    assert_eq!(left.len(), 1_000_000);
}

/// A million bytes, then nothing but cut connections, then honest.
fn faltering(length: u64, version_then: u64) -> Files {
    Files::start(move |asked| match asked.number {
        0 => Answer::honest(asked, 1, length).cut(1_000_000),
        1 | 2 => Answer::honest(asked, 1, length).cut(0),
        _ => Answer::honest(asked, version_then, length),
    })
}

#[tokio::test]
async fn the_target_is_there_when_it_is_whole_and_nothing_else_is() {
    let folder = Folder::new("whole");
    let files = Files::cutting(LENGTH, 700_000);
    let length = save(&files.url(), &folder.join("a")).await.unwrap();
    assert_eq!((length, files.count()), (LENGTH, 5));
    assert!(holds(&folder.join("a"), 1, LENGTH));
    assert_eq!(folder.names(), ["a"]);
    // Once more, over what is there.
    save(&files.url(), &folder.join("a")).await.unwrap();
    assert_eq!((folder.names(), files.count()), (vec!["a".to_owned()], 10));
}

#[tokio::test]
async fn an_empty_body_is_an_empty_file() {
    let folder = Folder::new("empty");
    let files = Files::cutting(0, 1);
    assert_eq!(save(&files.url(), &folder.join("a")).await.unwrap(), 0);
    assert_eq!(
        (folder.names(), fs::read(folder.join("a")).unwrap().len()),
        (vec!["a".to_owned()], 0)
    );
}

#[tokio::test]
async fn the_next_call_goes_on_where_the_last_one_stopped() {
    let folder = Folder::new("next");
    let files = faltering(LENGTH, 1);
    interrupted(&folder, "a", &files.url()).await;
    assert_eq!(folder.names(), ["a.part", "a.part.entity"]);

    let told = Arc::new(Mutex::new(Vec::new()));
    let tells = Arc::clone(&told);
    let request = client()
        .get(files.url())
        .send_with(POLICY)
        .save(folder.join("a"));
    let length = request
        .on_progress(move |at, of| tells.lock().unwrap().push((at, of)))
        .await;
    assert_eq!(length.unwrap(), LENGTH);
    assert!(holds(&folder.join("a"), 1, LENGTH));
    assert_eq!(folder.names(), ["a"]);
    let asked = files.asked();
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[3].range, Some(1_000_000));
    let told = told.lock().unwrap();
    assert_eq!(told[0], (1_000_000, Some(LENGTH)));
    assert_eq!(told[told.len() - 1], (LENGTH, Some(LENGTH)));
    assert!(told.is_sorted());
}

#[tokio::test]
async fn the_next_call_starts_again_if_something_else_is_there() {
    let folder = Folder::new("other");
    let files = faltering(LENGTH, 2);
    interrupted(&folder, "a", &files.url()).await;
    save(&files.url(), &folder.join("a")).await.unwrap();
    assert!(holds(&folder.join("a"), 2, LENGTH));
    assert_eq!(files.count(), 4, "one answer suffices");
    assert_eq!(folder.names(), ["a"]);
}

#[tokio::test]
async fn the_next_call_asks_anew_if_the_file_is_shorter_now() {
    let folder = Folder::new("shorter");
    let files = Files::start(|asked| match asked.number {
        0 => Answer::honest(asked, 1, LENGTH).cut(1_000_000),
        1 | 2 => Answer::honest(asked, 1, LENGTH).cut(0),
        // The same validator, so that it answers 416.
        _ => Answer::honest(asked, 1, 10),
    });
    interrupted(&folder, "a", &files.url()).await;
    assert_eq!(save(&files.url(), &folder.join("a")).await.unwrap(), 10);
    assert_eq!(fs::read(folder.join("a")).unwrap(), content(1, 10));
    assert_eq!(files.count(), 5);
}

#[tokio::test]
async fn what_is_whole_already_is_not_asked_for() {
    let folder = Folder::new("there");
    let files = faltering(LENGTH, 1);
    interrupted(&folder, "a", &files.url()).await;
    fs::write(folder.join("a.part"), content(1, LENGTH)).unwrap();
    save(&files.url(), &folder.join("a")).await.unwrap();
    assert!(holds(&folder.join("a"), 1, LENGTH));
    assert_eq!(files.count(), 3);
}

#[tokio::test]
async fn a_file_that_changes_on_its_way_is_an_error_and_no_file() {
    let folder = Folder::new("changes");
    fs::write(folder.join("a"), "as it was").unwrap();
    let files = Files::start(|asked| {
        let version = if asked.number < 2 { 1 } else { 2 };
        Answer::honest(asked, version, LENGTH).cut(1_000_000)
    });
    let error = save(&files.url(), &folder.join("a")).await.unwrap_err();
    assert!(error.resume_error().unwrap().is_changed(), "{error}");
    assert_eq!(fs::read_to_string(folder.join("a")).unwrap(), "as it was");
    // The next call has the new one.
    let files = Files::start(|asked| Answer::honest(asked, 2, LENGTH));
    fs::remove_file(folder.join("a.part")).unwrap();
    save(&files.url(), &folder.join("a")).await.unwrap();
    assert!(holds(&folder.join("a"), 2, LENGTH));
}

#[tokio::test]
async fn where_the_rest_cannot_be_asked_for_a_file_starts_again() {
    for lack in ["etag", "accept-ranges"] {
        let folder = Folder::new(lack);
        let files = Files::start(move |asked| {
            let answer = Answer::honest(asked, 1, LENGTH);
            let answer = match lack {
                "etag" => answer.without("etag"),
                _ => answer.with("accept-ranges", "none"),
            };
            if asked.number < 2 {
                answer.cut(1_000_000)
            } else {
                answer
            }
        });
        save(&files.url(), &folder.join("a")).await.unwrap();
        assert!(holds(&folder.join("a"), 1, LENGTH));
        assert!(files.asked().iter().all(|asked| asked.range.is_none()));
        assert_eq!(files.count(), 3);
    }
}

#[tokio::test]
async fn a_server_that_never_gets_further_is_given_up() {
    let folder = Folder::new("never");
    let files = Files::start(|asked| {
        Answer::honest(asked, 1, LENGTH)
            .without("etag")
            .cut(1_000_000)
    });
    let error = save(&files.url(), &folder.join("a")).await.unwrap_err();
    assert!(error.is_transport(), "{error}");
    // The first came further than none, and two more came no further than it.
    assert_eq!(files.count(), 3);
}

#[tokio::test]
async fn a_folder_and_a_name_that_is_none_are_refused_before_anything_is_sent() {
    let folder = Folder::new("folder");
    let files = Files::cutting(LENGTH, LENGTH);
    let end = format!("{}/new/", folder.path().display());
    for (target, said) in [
        (folder.path(), "it is a folder"),
        (&folder.join(".."), "it is a folder"),
        (Path::new(&end), "it is a folder"),
        (Path::new(""), "it names no file"),
    ] {
        let error = save(&files.url(), target).await.unwrap_err();
        assert!(
            error.is_file() && error.to_string().ends_with(said),
            "{error}"
        );
    }
    let error = save(&files.url(), &folder.join("no/such/a"))
        .await
        .unwrap_err();
    assert!(error.is_file(), "{error}");
    assert_eq!(folder.names(), [""; 0]);
    assert!(files.count() <= 1);
}

#[tokio::test]
async fn a_partial_file_of_something_else_is_left_alone() {
    let folder = Folder::new("foreign");
    let files = faltering(LENGTH, 1);
    let url = files.url();
    interrupted(&folder, "a", &url).await;
    let (bytes, note) = (folder.join("a.part"), folder.join("a.part.entity"));
    let refused = async |url: &str| {
        let before = (fs::read(&bytes).ok(), fs::read(&note).ok());
        let error = save(url, &folder.join("a")).await.unwrap_err();
        let said = "it is a partial file of something else: remove it, or save to another path";
        assert!(
            error.is_file() && error.to_string().ends_with(said),
            "{error}"
        );
        assert_eq!((fs::read(&bytes).ok(), fs::read(&note).ok()), before);
        assert!(!folder.join("a").exists());
    };
    // Of another URL, if only by its query.
    refused(&format!("{url}?page=2")).await;
    // Nobody knows of what.
    fs::rename(&note, folder.join("kept")).unwrap();
    refused(&url).await;
    // Somebody's own file of that name.
    fs::write(&note, "a diary").unwrap();
    refused(&url).await;
    fs::remove_file(&bytes).unwrap();
    refused(&url).await;
    fs::rename(folder.join("kept"), &note).unwrap();
    fs::create_dir(&bytes).unwrap();
    refused(&url).await;
    fs::remove_dir(&bytes).unwrap();
    // One that leads elsewhere.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.join("elsewhere"), &bytes).unwrap();
        refused(&url).await;
        fs::remove_file(&bytes).unwrap();
    }
    assert_eq!(files.count(), 3, "nothing was asked for");
    save(&url, &folder.join("a")).await.unwrap();
    assert_eq!(folder.names(), ["a"]);
}

#[tokio::test]
async fn a_note_that_nobody_can_read_is_not_believed() {
    let folder = Folder::new("note");
    let files = faltering(LENGTH, 1);
    interrupted(&folder, "a", &files.url()).await;
    let note = fs::read_to_string(folder.join("a.part.entity")).unwrap();
    assert!(!note.contains("secret"), "{note}");
    fs::write(folder.join("a.part.entity"), note + "colour blue\n").unwrap();
    save(&files.url(), &folder.join("a")).await.unwrap();
    assert_eq!(files.asked()[3].range, None);
    assert!(holds(&folder.join("a"), 1, LENGTH));
}

#[tokio::test]
async fn nothing_secret_is_written_beside_the_target() {
    let folder = Folder::new("secret");
    let files = faltering(LENGTH, 1);
    let url = files.url().replace("http://", "http://user:secret@") + "?token=secret";
    interrupted(&folder, "a", &url).await;
    let note = fs::read_to_string(folder.join("a.part.entity")).unwrap();
    assert!(
        note.contains("/file\n") && !note.contains("secret"),
        "{note}"
    );
    save(&url, &folder.join("a")).await.unwrap();
    assert_eq!(files.asked()[3].range, Some(1_000_000));
}

#[tokio::test]
async fn two_calls_do_not_save_to_one_target_at_once() {
    let folder = Folder::new("two");
    let files = Files::start(|asked| Answer::honest(asked, 1, LENGTH).stall(1000));
    let (url, target) = (files.url(), folder.join("a"));
    let first = save(&url, &target);
    let second = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        save(&url, &target).await
    };
    let (first, second) = tokio::join!(first, second);
    assert!(first.unwrap_err().is_transport());
    let error = second.unwrap_err();
    assert!(
        error.to_string().ends_with("it is being saved already"),
        "{error}"
    );
    // Afterwards it is free.
    let free = Files::cutting(LENGTH, LENGTH);
    let error = save(&free.url(), &target).await.unwrap_err();
    assert!(error.to_string().contains("something else"), "{error}");
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_what_the_next_one_needs() {
    let folder = Folder::new("dropped");
    let files = Files::start(|asked| {
        let answer = Answer::honest(asked, 1, LENGTH);
        if asked.number == 0 {
            answer.stall(2_000_000)
        } else {
            answer
        }
    });
    let (url, target) = (files.url(), folder.join("a"));
    let written = async {
        while fs::metadata(folder.join("a.part")).map_or(0, |part| part.len()) < 1_000_000 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        end = save(&url, &target) => panic!("{end:?}"),
        () = written => {}
    }
    // The thread that writes may be at it still.
    for _ in 0..500 {
        match save(&url, &target).await {
            Err(error) if error.to_string().contains("being saved") => {}
            end => {
                end.unwrap();
                break;
            }
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(holds(&target, 1, LENGTH));
    assert!(files.asked()[1].range.unwrap() >= 1_000_000);
    assert_eq!(folder.names(), ["a"]);
}

/// A file system of 2 MiB, where this process may make one.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_one_clear_error() {
    struct Mounted<'a>(&'a Path);
    impl Drop for Mounted<'_> {
        fn drop(&mut self) {
            let _ = std::process::Command::new("umount").arg(self.0).status();
        }
    }
    let folder = Folder::new("full");
    let disk = folder.join("disk");
    fs::create_dir(&disk).unwrap();
    let mut mount = std::process::Command::new("mount");
    mount
        .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
        .arg(&disk);
    if !mount.output().is_ok_and(|output| output.status.success()) {
        println!("not run: no file system may be mounted here");
        return;
    }
    let _mounted = Mounted(&disk);
    let files = Files::cutting(LENGTH, LENGTH);
    let error = save(&files.url(), &disk.join("a")).await.unwrap_err();
    assert!(error.is_file(), "{error}");
    let said = error.to_string();
    assert!(
        said.contains("a.part: could not be written: No space left"),
        "{said}"
    );
    assert_eq!(files.count(), 1, "it is not tried again");
    assert!(!disk.join("a").exists());
    // With room, the next call goes on.
    let part = fs::metadata(disk.join("a.part")).unwrap().len();
    let mut grow = std::process::Command::new("mount");
    grow.args(["-o", "remount,size=8m"]).arg(&disk);
    assert!(grow.status().unwrap().success());
    save(&files.url(), &disk.join("a")).await.unwrap();
    assert_eq!(files.asked()[1].range, Some(part));
    assert!(holds(&disk.join("a"), 1, LENGTH));
}
