//! That this race is the library's own.

#[test]
fn the_file_is_that_of_the_library() {
    let own = include_str!("../race.rs");
    let folder = env!("CARGO_MANIFEST_DIR");
    let theirs = format!("{folder}/../retry-core/src/decide/race.rs");
    assert_eq!(std::fs::read_to_string(theirs).unwrap(), own);
}
