//! Literals among the values: what is wrong with one shows before the compiler sees it.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{Error, Expr, Lit, UnOp};

use crate::keys::Key;

/// A literal, or the negation of one.
pub(crate) enum Literal<'a> {
    Of(&'a Lit),
    Negative(&'a Expr),
}

impl Literal<'_> {
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Negative(_) => "a negative number",
            Self::Of(Lit::Str(_)) => "a string",
            Self::Of(Lit::Int(_)) => "an integer",
            Self::Of(Lit::Float(_)) => "a fraction",
            Self::Of(Lit::Bool(_)) => "a boolean",
            Self::Of(Lit::Char(_)) => "a character",
            Self::Of(_) => "another literal",
        }
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Of(literal) => literal.span(),
            Self::Negative(value) => value.span(),
        }
    }

    pub(crate) fn instead_of(&self, wanted: &str, key: &Key) -> Error {
        let (found, example) = (self.describe(), key.example);
        Error::new(
            self.span(),
            format!("expected {wanted}, found {found}: write for example `{example}`"),
        )
    }
}

pub(crate) fn literal(value: &Expr) -> Option<Literal<'_>> {
    match bare(value) {
        Expr::Lit(literal) => Some(Literal::Of(&literal.lit)),
        negative @ Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            matches!(bare(&unary.expr), Expr::Lit(_)).then_some(Literal::Negative(negative))
        }
        _ => None,
    }
}

/// The expression inside parentheses and inside the invisible groups that `macro_rules` leaves.
pub(crate) fn bare(mut value: &Expr) -> &Expr {
    loop {
        value = match value {
            Expr::Group(group) => &group.expr,
            Expr::Paren(paren) => &paren.expr,
            _ => return value,
        };
    }
}

/// The place of the user's token with the hygiene of the template, so that no lint takes it for the user's.
pub(crate) fn at_word(span: Span) -> Span {
    span.resolved_at(Span::mixed_site())
}

pub(crate) fn first_token(value: &Expr) -> Span {
    let first = value.to_token_stream().into_iter().next();
    at_word(first.map_or_else(|| TokenStream::new().span(), |token| token.span()))
}
