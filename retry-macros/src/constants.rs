//! Without `policy` the policy is a constant: no argument of the function, no `self`, no generics.

use proc_macro2::Ident;
use syn::{Expr, GenericParam, Path, QSelf, Stmt, Type};

use crate::args::Args;
use crate::bindings::{argument_patterns, visit_bindings};
use crate::errors::Errors;
use crate::function::Function;
use crate::generics::type_arguments;
use crate::keys::Slot;

/// The names that stand for something not known before the call.
struct Variables {
    /// Those of values: they are a whole path.
    values: Vec<String>,
    /// Those of types: they begin a path.
    types: Vec<String>,
}

/// Notes every variable in the settings.
pub(crate) fn reject_variables(args: &Args, function: &mut Function, errors: &mut Errors) {
    if args.has(Slot::Policy) {
        return;
    }
    let variables = Variables::of(function);
    for setting in args.settings() {
        if let Some(variable) = setting.expr().and_then(|value| variables.find(value)) {
            let setter = setting.key.name;
            errors.at(
                variable.span(),
                format!("the policy is a constant, and `{variable}` is not: write `policy = Policy::new().{setter}(..)`"),
            );
        }
    }
}

impl Variables {
    fn of(function: &mut Function) -> Self {
        let mut variables = Self {
            values: vec!["self".to_owned()],
            types: vec!["Self".to_owned()],
        };
        for param in &function.sig.generics.params {
            match param {
                GenericParam::Type(param) => variables.types.push(param.ident.to_string()),
                GenericParam::Const(param) => variables.values.push(param.ident.to_string()),
                GenericParam::Lifetime(_) => {}
            }
        }
        for pat in argument_patterns(&mut function.sig) {
            visit_bindings(pat, &mut |binding| {
                variables.values.push(binding.ident.to_string());
            });
        }
        variables
    }

    /// The first variable. Where there may be names of the expression's own, in branches, closures and macros, rustc
    /// finds it.
    fn find<'a>(&self, value: &'a Expr) -> Option<&'a Ident> {
        let first = |values: [&'a Expr; 2]| values.into_iter().find_map(|value| self.find(value));
        match value {
            Expr::Array(array) => array.elems.iter().find_map(|value| self.find(value)),
            Expr::Block(block) => match block.block.stmts.as_slice() {
                [Stmt::Expr(value, _)] => self.find(value),
                _ => None,
            },
            Expr::Binary(binary) => first([&binary.left, &binary.right]),
            Expr::Call(call) => self
                .find(&call.func)
                .or_else(|| call.args.iter().find_map(|value| self.find(value))),
            Expr::Cast(cast) => self.find(&cast.expr),
            Expr::Field(field) => self.find(&field.base),
            Expr::Group(group) => self.find(&group.expr),
            Expr::If(branches) => self.find(&branches.cond),
            Expr::Index(index) => first([&index.expr, &index.index]),
            Expr::Match(arms) => self.find(&arms.expr),
            Expr::MethodCall(call) => self
                .find(&call.receiver)
                .or_else(|| call.args.iter().find_map(|value| self.find(value))),
            Expr::Paren(paren) => self.find(&paren.expr),
            Expr::Path(path) => self.in_path(path.qself.as_ref(), &path.path),
            Expr::Reference(reference) => self.find(&reference.expr),
            Expr::Struct(fields) => {
                let mut values = fields.fields.iter().map(|field| &field.expr);
                values.find_map(|value| self.find(value))
            }
            Expr::Tuple(tuple) => tuple.elems.iter().find_map(|value| self.find(value)),
            Expr::Unary(unary) => self.find(&unary.expr),
            _ => None,
        }
    }

    fn in_path<'a>(&self, qself: Option<&'a QSelf>, path: &'a Path) -> Option<&'a Ident> {
        if let Some(found) = qself.and_then(|qself| self.in_type(&qself.ty)) {
            return Some(found);
        }
        let is = |names: &[String], ident: &Ident| names.contains(&ident.to_string());
        let first = path.segments.first().map(|segment| &segment.ident)?;
        if path.get_ident().is_some_and(|name| is(&self.values, name)) || is(&self.types, first) {
            return Some(first);
        }
        let mut types = path
            .segments
            .iter()
            .flat_map(|segment| type_arguments(&segment.arguments));
        types.find_map(|ty| self.in_type(ty))
    }

    fn in_type<'a>(&self, ty: &'a Type) -> Option<&'a Ident> {
        match ty {
            Type::Path(path) => self.in_path(path.qself.as_ref(), &path.path),
            _ => None,
        }
    }
}
