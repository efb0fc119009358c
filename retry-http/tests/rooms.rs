//! The folders of the sources are in an order, and each imports only from those below it; no file imports in a circle.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// From the top down.
const ROOMS: [&str; 4] = ["adapt", "resend", "judge", "facts"];

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

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

/// Each file of a room, as `room::file`, or `room::folder` for those in a folder, with what it imports from others.
fn imports() -> Vec<(String, Vec<String>)> {
    let files = ROOMS.iter().flat_map(|room| {
        let files = files_below(&sources().join(room)).into_iter();
        files.map(move |file| (room, file))
    });
    let places = files.map(|(room, file)| {
        let source = fs::read_to_string(&file).unwrap();
        let inside = file.strip_prefix(sources().join(room)).unwrap();
        let first = Path::new(inside.iter().next().unwrap()).file_stem();
        let own = format!("{room}::{}", first.unwrap().to_str().unwrap());
        let others = named(&source).into_iter().filter(|other| *other != own);
        let others = others.collect();
        (own, others)
    });
    places.collect()
}

/// What a source names by `crate::`, as far as the file in a room.
fn named(source: &str) -> Vec<String> {
    let code = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1))
        .map(|path| {
            let path = path.split([';', ' ', '(']).next().unwrap_or_default();
            path.split("::").take(2).collect::<Vec<_>>().join("::")
        })
        .collect()
}

fn rank(place: &str) -> Option<usize> {
    let room = place.split("::").next();
    ROOMS.iter().position(|each| Some(*each) == room)
}

#[test]
fn no_import_leads_upwards() {
    let (mut arrows, mut upwards) = (0, Vec::new());
    for (file, others) in imports() {
        for other in others {
            arrows += usize::from(rank(&other) != rank(&file));
            // A name at the root would get around the rooms.
            if rank(&other) < rank(&file) {
                upwards.push(format!("{file} imports {other}"));
            }
        }
    }
    assert!(upwards.is_empty(), "{upwards:#?}");
    assert!(arrows > 40, "only {arrows} imports were found");
}

#[test]
fn no_file_imports_itself_by_way_of_others() {
    let mut left: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, others) in imports() {
        left.entry(file).or_default().extend(others);
    }
    assert!(left.len() > 25, "only {} files were found", left.len());
    // What imports nothing that is left, or is imported by nothing that is left, is in no circle.
    let loose = |left: &BTreeMap<String, Vec<String>>| {
        let mut files = left.iter();
        let found = files.find(|(file, others)| {
            !others.iter().any(|other| left.contains_key(other))
                || !left.values().any(|others| others.contains(file))
        });
        found.map(|(file, _)| file.clone())
    };
    while let Some(file) = loose(&left) {
        left.remove(&file);
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn every_folder_is_a_room_and_every_file_says_what_is_in_it() {
    for entry in fs::read_dir(sources()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(
            ROOMS.contains(&name) || name == "lib.rs",
            "{name} is in no room"
        );
    }
    for file in files_below(&sources()) {
        let source = fs::read_to_string(&file).unwrap();
        assert!(source.starts_with("//! "), "{}", file.display());
        let lines = source.lines().count();
        assert!(lines <= 300, "{}: {lines} lines", file.display());
    }
}
