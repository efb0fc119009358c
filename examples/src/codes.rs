//! Lists of status codes in a path: `200,404,503` and `200:0.7,503:0.3`.

use axum::http::StatusCode;
use thiserror::Error;

/// What is wrong with a list of codes.
#[derive(Clone, Debug, Error, PartialEq)]
pub(crate) enum InvalidCodes {
    #[error("`{0}` is not a status from 200 to 599: write such as `200,404,503`")]
    Status(String),
    #[error("`{0}` is not a weight: write a number above 0, such as `503:0.3`")]
    Weight(String),
    #[error("`{0}` has a weight, and a sequence has no use for one: write such as `503,503,200`")]
    NeedlessWeight(String),
}

/// The codes with their weights; 1 where none is said.
pub(crate) fn weighted(list: &str) -> Result<Vec<(StatusCode, f64)>, InvalidCodes> {
    list.split(',')
        .map(|item| match item.split_once(':') {
            Some((code, text)) => Ok((status(code)?, weight(text)?)),
            None => Ok((status(item)?, 1.0)),
        })
        .collect()
}

/// The codes in their order.
pub(crate) fn in_turn(list: &str) -> Result<Vec<StatusCode>, InvalidCodes> {
    list.split(',')
        .map(|item| match item.split_once(':') {
            Some(_) => Err(InvalidCodes::NeedlessWeight(item.to_owned())),
            None => status(item),
        })
        .collect()
}

/// One of the codes; a code of weight 2 comes twice as often as one of weight 1.
pub(crate) fn choose(codes: &[(StatusCode, f64)], random: &mut fastrand::Rng) -> StatusCode {
    let total: f64 = codes.iter().map(|(_, weight)| weight).sum();
    let mut rest = random.f64() * total;
    let chosen = codes.iter().find(|(_, weight)| {
        rest -= weight;
        rest < 0.0
    });
    // Rounding may leave a little over: that belongs to the last.
    chosen
        .or(codes.last())
        .map_or(StatusCode::OK, |(code, _)| *code)
}

fn status(text: &str) -> Result<StatusCode, InvalidCodes> {
    // A 1xx is no final answer, and nothing above 599 has a meaning.
    text.parse::<u16>()
        .ok()
        .filter(|code| (200..=599).contains(code))
        .and_then(|code| StatusCode::from_u16(code).ok())
        .ok_or_else(|| InvalidCodes::Status(text.to_owned()))
}

fn weight(text: &str) -> Result<f64, InvalidCodes> {
    // The upper bound keeps the sum finite.
    text.parse()
        .ok()
        .filter(|weight| *weight > 0.0 && *weight < 1e9)
        .ok_or_else(|| InvalidCodes::Weight(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heavy_code_comes_more_often_than_a_light_one() {
        let codes = weighted("200:0.9,503:0.1").unwrap();
        let mut random = fastrand::Rng::with_seed(1);
        let good = (0..1000)
            .filter(|_| choose(&codes, &mut random) == StatusCode::OK)
            .count();
        assert!((850..950).contains(&good), "{good} of 1000");
    }

    #[test]
    fn every_mistake_in_a_list_is_named_with_its_text() {
        for list in [
            "",
            "abc",
            "200,",
            "100",
            "600",
            "-1",
            "200;404",
            "99999999999",
        ] {
            assert!(
                matches!(weighted(list), Err(InvalidCodes::Status(_))),
                "{list}"
            );
            assert!(
                matches!(in_turn(list), Err(InvalidCodes::Status(_))),
                "{list}"
            );
        }
        for list in ["200:", "200:0", "200:-1", "200:NaN", "200:inf", "200:x"] {
            assert!(
                matches!(weighted(list), Err(InvalidCodes::Weight(_))),
                "{list}"
            );
        }
        assert_eq!(
            in_turn("200,503:1"),
            Err(InvalidCodes::NeedlessWeight("503:1".to_owned()))
        );
    }
}
