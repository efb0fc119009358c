//! Every relative link in the repository's prose leads somewhere.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn links_between_documents_lead_to_files_and_headings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut documents = markdown(&root);
    documents.extend(markdown(&root.join("guide/src")));
    documents.extend(markdown(&root.join("benches")));
    assert!(documents.len() > 15, "{documents:?}");
    let broken: Vec<_> = documents
        .iter()
        .flat_map(|document| broken_links(document))
        .collect();
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn every_chapter_is_in_the_summary_and_its_blocks_are_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let summary = fs::read_to_string(folder.join("SUMMARY.md")).unwrap();
    let run = fs::read_to_string(folder.join("lib.rs")).unwrap();
    for chapter in markdown(&folder) {
        let name = chapter.file_name().unwrap().to_str().unwrap();
        if name != "SUMMARY.md" {
            assert!(
                summary.contains(&format!("({name})")),
                "SUMMARY.md does not name {name}"
            );
            assert!(
                run.contains(&format!("\"{name}\"")),
                "lib.rs does not name {name}"
            );
        }
    }
}

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect()
}

fn broken_links(document: &Path) -> Vec<String> {
    let text = fs::read_to_string(document).unwrap();
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(to, _)| to);
    let relative = targets.filter(|to| !to.contains("://"));
    relative
        .filter(|to| !leads_somewhere(document, to))
        .map(|to| format!("{}: {to}", document.display()))
        .collect()
}

fn leads_somewhere(document: &Path, target: &str) -> bool {
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let file = if path.is_empty() {
        document.to_owned()
    } else {
        document.with_file_name(path)
    };
    if heading.is_empty() {
        return file.exists();
    }
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .any(|line| line.starts_with('#') && anchor(line) == heading)
}

/// As GitHub makes it: lower case, hyphens for spaces, no punctuation.
fn anchor(heading: &str) -> String {
    let words = heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .replace(' ', "-");
    words
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '-' || *c == '_')
        .collect()
}
