//! The value of one argument: what the user wrote, or what to write instead.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ExprCall, Ident, Lit, LitInt, Path, Result, Token};

use crate::duration;
use crate::keys::{Key, Kind};
use crate::known::is_known;
use crate::literal::{Literal, first_token, literal};
use crate::words::{is_jitter, jitter, word};

/// A value as the expansion takes it.
pub(crate) enum Value {
    /// What does not depend on the user's names.
    Known(Expr),
    /// The user's expression, or one made of the user's words.
    Expr(Expr),
    /// A setter that stands for the value: `unlimited()`.
    Setter(Ident),
    Names(Vec<Ident>),
    Path(Path),
    None,
}

/// Everything between the argument's name and the next comma.
pub(crate) fn parse(
    key: &Key,
    name: &Ident,
    millis: bool,
    input: ParseStream<'_>,
) -> Result<Value> {
    match key.takes {
        Kind::Flag => flag(key, name, input),
        Kind::Names => names(key, name, input),
        Kind::Ident => after_equals(key, name, input)?
            .parse()
            .map(|name| Value::Names(vec![name]))
            .map_err(|error| expected("a name for the variable", key, error.span())),
        Kind::Path => after_equals(key, name, input)?
            .call(Path::parse_mod_style)
            .map(Value::Path)
            .map_err(|error| expected("a path", key, error.span())),
        _ => {
            let value: Expr = after_equals(key, name, input)?.parse()?;
            expression(key, millis, value)
        }
    }
}

fn expression(key: &Key, millis: bool, value: Expr) -> Result<Value> {
    if let Kind::Attempts = key.takes {
        if let Some(word) = word(&value, &["unlimited"])? {
            return Ok(Value::Setter(word));
        }
    }
    let is_known = is_known(&value) || (key.takes == Kind::Jitter && is_jitter(&value));
    let value = match key.takes {
        Kind::Attempts | Kind::Integer => integer(key, value),
        Kind::Factor => factor(key, value),
        Kind::Duration if millis => milliseconds(key, value),
        Kind::Duration => span_of_time(key, value),
        Kind::Jitter => jitter(key, value),
        Kind::Text => text(key, value),
        _ => no_literal(key, value),
    };
    value.map(if is_known { Value::Known } else { Value::Expr })
}

fn after_equals<'a>(key: &Key, name: &Ident, input: ParseStream<'a>) -> Result<ParseStream<'a>> {
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        if !input.is_empty() && !input.peek(Token![,]) {
            return Ok(input);
        }
    }
    let example = key.example;
    Err(Error::new(
        name.span(),
        format!("`{name}` needs a value: write for example `{example}`"),
    ))
}

fn flag(key: &Key, name: &Ident, input: ParseStream<'_>) -> Result<Value> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(Value::None);
    }
    let name_only = key.name;
    Err(Error::new(
        name.span(),
        format!("`{name}` takes no value: write `{name_only}` alone"),
    ))
}

fn names(key: &Key, name: &Ident, input: ParseStream<'_>) -> Result<Value> {
    let example = key.example;
    if !input.peek(syn::token::Paren) {
        return Err(Error::new(
            name.span(),
            format!("`{name}` takes names in parentheses: write for example `{example}`"),
        ));
    }
    let content;
    syn::parenthesized!(content in input);
    let one = |input: ParseStream<'_>| {
        if input.peek(Token![self]) {
            return Err(
                input.error("`self` cannot be bound anew: clone inside the body, or take `&self`")
            );
        }
        input.parse::<Ident>()
    };
    let names = Punctuated::<Ident, Token![,]>::parse_terminated_with(&content, one);
    // What is left unread would be a second mistake.
    let _rest: Option<TokenStream> = content.parse().ok();
    Ok(Value::Names(names?.into_iter().collect()))
}

fn integer(key: &Key, value: Expr) -> Result<Expr> {
    match literal(&value) {
        Some(Literal::Of(Lit::Int(_))) | None => Ok(value),
        Some(Literal::Of(Lit::Str(text))) if text.value().parse::<u64>().is_ok() => {
            let (name, digits) = (key.name, text.value());
            Err(Error::new(
                text.span(),
                format!("expected an integer, found a string: write `{name} = {digits}`"),
            ))
        }
        Some(other) => Err(other.instead_of("an integer", key)),
    }
}

fn factor(key: &Key, value: Expr) -> Result<Expr> {
    match literal(&value) {
        Some(Literal::Of(Lit::Int(int))) => Ok(float(int)),
        Some(Literal::Of(Lit::Float(_)) | Literal::Negative(_)) | None => Ok(value),
        Some(other) => Err(other.instead_of("a number", key)),
    }
}

/// `2` for `2.0`, which a policy needs and nobody would take for anything else.
fn float(int: &LitInt) -> Expr {
    let mut literal = match int.base10_parse::<u32>() {
        Ok(value) => proc_macro2::Literal::f64_unsuffixed(value.into()),
        Err(_) => return Expr::Verbatim(int.to_token_stream()),
    };
    literal.set_span(int.span());
    Expr::Verbatim(literal.to_token_stream())
}

fn milliseconds(key: &Key, value: Expr) -> Result<Expr> {
    let name = key.name;
    let message = match literal(&value) {
        Some(Literal::Of(Lit::Int(_))) | None => {
            let at = first_token(&value);
            let from_millis = quote_spanned!(at=> __retry::Duration::from_millis);
            return Ok(Expr::Call(ExprCall {
                attrs: Vec::new(),
                func: Box::new(Expr::Verbatim(from_millis)),
                paren_token: syn::token::Paren(at),
                args: [value].into_iter().collect(),
            }));
        }
        Some(Literal::Of(Lit::Str(text))) => {
            let text = text.token();
            format!("expected an integer of milliseconds, found a string: write `{name} = {text}`")
        }
        Some(other) => {
            let found = other.describe();
            format!(
                "expected an integer of milliseconds, found {found}: write for example `{name}_ms = 250`"
            )
        }
    };
    Err(Error::new_spanned(value, message))
}

fn span_of_time(key: &Key, value: Expr) -> Result<Expr> {
    let name = key.name;
    match literal(&value) {
        None => Ok(value),
        Some(Literal::Of(Lit::Str(text))) => match duration::parse(&text.value()) {
            Ok(duration) => {
                let (secs, nanos) = (duration.as_secs(), duration.subsec_nanos());
                let new = quote_spanned! {text.span().resolved_at(Span::mixed_site())=>
                    __retry::Duration::new(#secs, #nanos)
                };
                Ok(Expr::Verbatim(new))
            }
            Err(message) => Err(Error::new(text.span(), message)),
        },
        Some(Literal::Of(Lit::Int(int))) => {
            let millis = int.base10_digits();
            let text = match millis.strip_suffix("000") {
                Some(secs) if !secs.is_empty() => format!("{secs}s"),
                _ => format!("{millis}ms"),
            };
            Err(Error::new(
                int.span(),
                format!(
                    "expected a duration, found an integer: write `{name}_ms = {millis}` or `{name} = \"{text}\"`"
                ),
            ))
        }
        Some(other) => Err(other.instead_of("a duration", key)),
    }
}

fn text(key: &Key, value: Expr) -> Result<Expr> {
    match literal(&value) {
        None | Some(Literal::Of(Lit::Str(_))) => Ok(value),
        Some(other) => Err(other.instead_of("a string", key)),
    }
}

/// What is no number, text or word of ours: a policy, a guard, a classifier.
fn no_literal(key: &Key, value: Expr) -> Result<Expr> {
    let Some(found) = literal(&value) else {
        return Ok(value);
    };
    let (name, example, literal) = (key.name, key.example, found.describe());
    Err(Error::new(
        found.span(),
        format!("`{name}` cannot be {literal}: write for example `{example}`"),
    ))
}

fn expected(wanted: &str, key: &Key, at: Span) -> Error {
    let example = key.example;
    Error::new(
        at,
        format!("expected {wanted}: write for example `{example}`"),
    )
}
