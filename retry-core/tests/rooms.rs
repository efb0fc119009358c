//! The folders of the sources are in an order, and each imports only from those below it.

use std::fs;
use std::path::{Path, PathBuf};

/// From the top down.
const ROOMS: [&str; 7] = [
    "drive", "call", "story", "time", "guard", "decide", "policy",
];

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// What a source names by `crate::`, up to the next colon: a room, or a name that would get around them.
fn named(source: &str) -> Vec<&str> {
    let code = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1))
        .filter_map(|path| path.split([':', ';', ' ']).next())
        .collect()
}

#[test]
fn no_import_leads_upwards() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rank = |room: &str| ROOMS.iter().position(|each| *each == room);
    let (mut arrows, mut upwards) = (0, Vec::new());
    for room in ROOMS {
        for file in files_below(&sources.join(room)) {
            let source = fs::read_to_string(&file).unwrap();
            let others = named(&source).into_iter().filter(|other| *other != room);
            for other in others {
                arrows += 1;
                if rank(other) < rank(room) && other != "test_util" {
                    upwards.push(format!("{} imports from {other}", file.display()));
                }
            }
        }
    }
    assert!(upwards.is_empty(), "{upwards:#?}");
    assert!(arrows > 50, "only {arrows} imports were found");
}

#[test]
fn every_folder_is_a_room_and_every_file_says_what_is_in_it() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(&sources).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let known = ["lib.rs", "private.rs", "test_util.rs"];
        assert!(
            ROOMS.contains(&name) || known.contains(&name),
            "{name} is in no room"
        );
    }
    for file in files_below(&sources) {
        let source = fs::read_to_string(&file).unwrap();
        let is_test = file.ends_with("tests.rs") || file.ends_with("model.rs");
        assert!(source.starts_with("//! ") || is_test, "{}", file.display());
    }
}
