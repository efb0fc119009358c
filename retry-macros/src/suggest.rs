//! Did-you-mean: the known word that a misspelt one was meant to be.

/// The candidate nearest to `word`, if it is near enough to be what was meant.
pub(crate) fn closest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `` `a`, `b`, `c` ``, for a message that lists what is allowed.
pub(crate) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// Insertions, deletions and substitutions that turn `a` into `b`, a swap of neighbours counting as one.
///
/// The "optimal string alignment" distance, over three rows.
/// <https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance>
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut last_x = None;
    for (i, x) in a.chars().enumerate() {
        let mut row = vec![i + 1];
        let mut last_y = None;
        for (j, &y) in b.iter().enumerate() {
            let at =
                |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (at(&above, j) + usize::from(x != y))
                .min(at(&above, j + 1) + 1)
                .min(at(&row, j) + 1);
            if j > 0 && last_x == Some(y) && last_y == Some(x) {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            row.push(cost);
            last_y = Some(y);
        }
        before = std::mem::replace(&mut above, row);
        last_x = Some(x);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits_and_swaps() {
        let table = [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("jitter", "jitter", 0),
            ("jiter", "jitter", 1),
            ("jittre", "jitter", 1),
            ("kitten", "sitting", 3),
            ("größe", "grösse", 2),
        ];
        for (a, b, edits) in table {
            assert_eq!(distance(a, b), edits, "{a} {b}");
            assert_eq!(distance(b, a), edits, "{b} {a}");
        }
    }

    #[test]
    fn only_a_near_word_is_suggested() {
        let words = ["max_attempts", "max_elapsed", "jitter", "full"];
        let table = [
            ("max_attempt", Some("max_attempts")),
            ("maxattempts", Some("max_attempts")),
            ("max_elpased", Some("max_elapsed")),
            ("ful", Some("full")),
            ("colour", None),
            ("f", None),
        ];
        for (word, meant) in table {
            assert_eq!(closest(word, words), meant, "{word}");
        }
    }
}
