//! What `cargo run --example library` shows of a library whose policy its user chooses.

use crate::{run, text};

#[test]
fn the_user_of_a_library_chooses_its_policy() {
    let output = run("library", &[]);
    assert!(output.status.success(), "{output:?}");
    let shown: Vec<&str> = text(&output.stdout).lines().collect();
    assert_eq!(shown[1..3], ["  200", "  there is nothing of this name"]);
    assert!(shown[5].contains("gave up after 1 attempt"), "{shown:?}");
    let [.., created, first, second] = shown[..] else {
        panic!("{shown:?}")
    };
    assert_eq!(created, "  201");
    assert_eq!(first, second, "the key changed between the attempts");
}
