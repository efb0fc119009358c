//! The folders of a library's sources are rooms in an order: each imports only from those below it, and no file imports
//! in a circle.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

struct House {
    library: &'static str,
    /// From the top down.
    rooms: &'static [&'static str],
    /// What stands beside the rooms.
    beside: &'static [&'static str],
}

const HOUSES: [House; 2] = [
    House {
        library: "retry-core",
        rooms: &[
            "drive", "call", "story", "time", "guard", "decide", "policy",
        ],
        beside: &[
            "layers.rs",
            "lib.rs",
            "private.rs",
            "race.rs",
            "test_util.rs",
        ],
    },
    House {
        library: "retry-http",
        rooms: &["adapt", "resend", "judge", "resume", "facts"],
        beside: &["lib.rs"],
    },
];

/// The longest file that is still one idea.
const MOST_LINES: usize = 330;

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

/// What a source names by `crate::`, as far as the file in a room.
fn named(source: &str) -> Vec<String> {
    let code = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1))
        .map(|path| {
            let path = path.split([';', ' ', '(', '!']).next().unwrap_or_default();
            path.split("::").take(2).collect::<Vec<_>>().join("::")
        })
        .collect()
}

impl House {
    fn sources(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(self.library)
            .join("src")
    }

    /// Each file of a room, as `room::file`, or `room::folder` for those in a folder, with what it imports from others.
    fn imports(&self) -> Vec<(String, Vec<String>)> {
        let files = self.rooms.iter().flat_map(|room| {
            let files = files_below(&self.sources().join(room)).into_iter();
            files.map(move |file| (room, file))
        });
        let places = files.map(|(room, file)| {
            let source = fs::read_to_string(&file).unwrap();
            let folder = self.sources().join(room);
            let inside = file.strip_prefix(&folder).unwrap();
            let first = Path::new(inside.iter().next().unwrap()).file_stem();
            let own = format!("{room}::{}", first.unwrap().to_str().unwrap());
            let others = named(&source).into_iter();
            let others = others.filter(|other| *other != own && !self.stands_beside(other));
            (own.clone(), others.collect())
        });
        places.collect()
    }

    fn stands_beside(&self, place: &str) -> bool {
        let file = place.split("::").next().unwrap_or_default();
        self.beside.contains(&format!("{file}.rs").as_str())
    }

    fn rank(&self, place: &str) -> Option<usize> {
        let room = place.split("::").next();
        self.rooms.iter().position(|each| Some(*each) == room)
    }
}

#[test]
fn no_import_leads_upwards() {
    for house in HOUSES {
        let (mut arrows, mut upwards) = (0, Vec::new());
        for (file, others) in house.imports() {
            for other in others {
                arrows += usize::from(house.rank(&other) != house.rank(&file));
                // A name at the root would get around the rooms.
                if house.rank(&other) < house.rank(&file) {
                    upwards.push(format!("{file} imports {other}"));
                }
            }
        }
        assert!(upwards.is_empty(), "{}: {upwards:#?}", house.library);
        assert!(
            arrows > 40,
            "{}: only {arrows} imports were found",
            house.library
        );
    }
}

#[test]
fn no_file_imports_itself_by_way_of_others() {
    for house in HOUSES {
        let mut left: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (file, others) in house.imports() {
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
        assert!(left.is_empty(), "{}: {left:#?}", house.library);
    }
}

#[test]
fn every_folder_is_a_room_and_every_file_says_what_is_in_it() {
    for house in HOUSES {
        for entry in fs::read_dir(house.sources()).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let known = house.rooms.contains(&name) || house.beside.contains(&name);
            assert!(known, "{name} of {} is in no room", house.library);
        }
        for file in files_below(&house.sources()) {
            let source = fs::read_to_string(&file).unwrap();
            let name = file.file_name().unwrap();
            // What `mod tests;` names is described by the file that it tests.
            let is_said = source.starts_with("//! ") || name == "tests.rs";
            assert!(is_said, "{}", file.display());
            let lines = source.lines().count();
            assert!(lines <= MOST_LINES, "{}: {lines} lines", file.display());
        }
    }
}
