//! Bare words among the values, `full` or `unlimited`: what each stands for, and what a misspelt one was meant to be.

use proc_macro2::Ident;
use quote::{ToTokens as _, quote_spanned};
use syn::{Error, Expr, Lit, Result};

use crate::keys::Key;
use crate::literal::{Literal, at_word, bare, first_token, literal};
use crate::suggest::{closest, list};

/// Each word and the variant that it means.
const JITTER: [(&str, &str); 4] = [
    ("none", "None"),
    ("full", "Full"),
    ("equal", "Equal"),
    ("decorrelated", "Decorrelated"),
];

/// Whether the value is one of the words for a jitter.
pub(crate) fn is_jitter(value: &Expr) -> bool {
    let is_word = |name: &Ident| JITTER.iter().any(|(word, _)| name == word);
    matches!(bare(value), Expr::Path(path) if path.path.get_ident().is_some_and(is_word))
}

pub(crate) fn jitter(key: &Key, value: Expr) -> Result<Expr> {
    if let Some(word) = word(&value, &JITTER.map(|(word, _)| word))? {
        let variant = JITTER
            .iter()
            .find(|(name, _)| word == name)
            .map(|(_, variant)| Ident::new(variant, at_word(word.span())));
        return Ok(Expr::Verbatim(
            quote_spanned!(at_word(word.span())=> __retry::Jitter::#variant),
        ));
    }
    match literal(&value) {
        None => Ok(value),
        Some(Literal::Negative(number)) => {
            let text = number.to_token_stream().to_string().replace(' ', "");
            Err(Error::new_spanned(
                number,
                format!("`jitter` must be a fraction from 0 to 1, but is {text}"),
            ))
        }
        Some(Literal::Of(Lit::Float(_))) => {
            let at = first_token(&value);
            Ok(Expr::Verbatim(
                quote_spanned!(at=> __retry::Jitter::Fraction(#value)),
            ))
        }
        Some(Literal::Of(Lit::Str(text)))
            if JITTER.iter().any(|(word, _)| text.value() == *word) =>
        {
            let word = text.value();
            Err(Error::new(
                text.span(),
                format!("expected a word, found a string: write `jitter = {word}`"),
            ))
        }
        Some(other) => {
            let (found, words) = (other.describe(), list(JITTER.map(|(word, _)| word)));
            Err(Error::new(
                other.span(),
                format!(
                    "expected one of {words}, or a fraction such as `0.25`, found {found}: write for example `{}`",
                    key.example
                ),
            ))
        }
    }
}

/// One of the `known` bare words, if the value is one.
///
/// A single lower-case name that is nearly one is a misspelling: a constant would be in upper case.
pub(crate) fn word(value: &Expr, known: &[&str]) -> Result<Option<Ident>> {
    let Expr::Path(path) = bare(value) else {
        return Ok(None);
    };
    let Some(name) = path.path.get_ident() else {
        return Ok(None);
    };
    let text = name.to_string();
    if known.contains(&text.as_str()) {
        return Ok(Some(name.clone()));
    }
    match closest(&text.to_lowercase(), known.iter().copied()) {
        Some(near) => Err(Error::new(
            name.span(),
            format!("unknown word `{text}`; did you mean `{near}`?"),
        )),
        None => Ok(None),
    }
}
