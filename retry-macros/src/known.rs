//! Values that are known by how they are written: literals and what is made of them.

use syn::{Expr, Path, Stmt};

/// The constants of `Jitter` and of `Duration`, and the functions that make one of literals.
const CONSTANTS: [(&str, &[&str]); 2] = [
    ("Jitter", &["None", "Full", "Equal", "Decorrelated"]),
    ("Duration", &["ZERO", "MAX"]),
];
const FUNCTIONS: [(&str, &[&str]); 2] = [
    ("Jitter", &["Fraction"]),
    (
        "Duration",
        &[
            "new",
            "from_secs",
            "from_millis",
            "from_micros",
            "from_nanos",
        ],
    ),
];

/// Whether the value is the same for every call, and may stand in a constant.
pub(crate) fn is_known(value: &Expr) -> bool {
    match value {
        Expr::Lit(_) => true,
        Expr::Group(group) => is_known(&group.expr),
        Expr::Paren(paren) => is_known(&paren.expr),
        Expr::Unary(unary) => is_known(&unary.expr),
        Expr::Cast(cast) => is_known(&cast.expr),
        Expr::Binary(binary) => is_known(&binary.left) && is_known(&binary.right),
        Expr::Block(block) => is_known_block(&block.block.stmts),
        Expr::Const(block) => is_known_block(&block.block.stmts),
        Expr::Path(path) => path.qself.is_none() && is_in(&path.path, &CONSTANTS),
        Expr::Call(call) => match &*call.func {
            Expr::Path(function) => {
                is_in(&function.path, &FUNCTIONS) && call.args.iter().all(is_known)
            }
            _ => false,
        },
        _ => false,
    }
}

fn is_known_block(stmts: &[Stmt]) -> bool {
    matches!(stmts, [Stmt::Expr(value, None)] if is_known(value))
}

/// Whether the path ends in one of these types and one of its names.
fn is_in(path: &Path, known: &[(&str, &[&str])]) -> bool {
    let mut segments = path.segments.iter().rev().map(|segment| &segment.ident);
    let (Some(name), Some(of)) = (segments.next(), segments.next()) else {
        return false;
    };
    let mut known = known.iter();
    known.any(|(ty, names)| of == ty && names.iter().any(|known| name == known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_of_literals_is_known() {
        let table = [
            ("0", true),
            ("-7.5", true),
            ("{ 0 }", true),
            ("const { (2 - 2) }", true),
            ("0_u8 as u32", true),
            ("Jitter::Decorrelated", true),
            ("::retry_core::Jitter::Fraction(7.5)", true),
            ("Duration::ZERO", true),
            ("std::time::Duration::from_secs(1)", true),
            ("LIMIT", false),
            ("{ let n = 0; n }", false),
            ("Self::Jitter", false),
            ("Jitter::mine()", false),
            ("Duration::from_secs(self.secs)", false),
            ("<T as Own>::Duration::ZERO", false),
        ];
        for (text, known) in table {
            let value: Expr = syn::parse_str(text).unwrap();
            assert_eq!(is_known(&value), known, "{text}");
        }
    }
}
