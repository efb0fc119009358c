//! Functions that give back a future.

use super::*;

#[test]
fn the_loop_goes_inside_the_future_of_async_trait() {
    let item = "fn f<'life0, 'async_trait>(&'life0 mut self) -> Pin<Box<dyn Future<Output = R> + Send + 'async_trait>> {
        Box::pin(async move {
            let __self = self;
            let __ret: R = { __self.go().await };
            __ret
        })
    }";
    let expanded = crate::attribute(tokens("policy = self.policy"), tokens(item));
    let text = without_space(&expanded);
    let (before, after) = text.split_once("let__ret:R={").unwrap();
    assert!(before.ends_with("let__self=self;"), "{before}");
    assert!(after.starts_with("use::retry_core::__private"), "{after}");
    assert!(after.contains("policy(__self.policy)"), "{after}");
    assert!(after.ends_with("call.wait().await;}};__ret})}"), "{after}");
}

#[test]
fn the_module_self_stays_in_arguments_under_async_trait() {
    let item = "fn f<'async_trait>(&self) -> Pin<Box<dyn Future<Output = R> + 'async_trait>> {
        Box::pin(async move { let __self = self; let __ret: R = { go() }; __ret })
    }";
    let args = "when = { use self::m::{self as q, busy}; busy }, policy = { use a; self.policy }";
    let text = without_space(&crate::attribute(tokens(args), tokens(item)));
    assert!(text.contains("useself::m::{selfasq,busy};busy"), "{text}");
    assert!(text.contains("{usea;__self.policy}"), "{text}");
}

#[test]
fn what_would_run_once_is_refused() {
    let once = "would run once, not in each attempt";
    let table = [
        (
            "let mut n = n; Box::pin(async move { n += 1; go(n) })",
            once,
        ),
        (
            "if fast { return Box::pin(go()) } Box::pin(async move { go() })",
            once,
        ),
        ("log!(); async move { go() }", once),
        ("let __ret: R = { go() }; async move { __ret }", once),
        ("go()", "cannot be made anew"),
        (
            "if fast { async { go() } } else { async { go() } }",
            "cannot be made anew",
        ),
        ("async move { go() };", "cannot be made anew"),
        ("", "cannot be made anew"),
    ];
    for (body, message) in table {
        let item = format!("fn f(n: u32) -> BoxFuture<'static, R> {{ {body} }}");
        let expanded = crate::attribute(TokenStream::new(), tokens(&item)).to_string();
        assert!(expanded.contains(message), "{body}: {expanded}");
    }
}

#[test]
fn a_future_inside_another_type_is_refused() {
    let table = [
        ("Option<Pin<Box<dyn Future<Output = R>>>>", true),
        ("Result<impl Future<Output = R> + Send, E>", true),
        ("(u8, [futures::future::BoxFuture<'static, R>; 2])", true),
        ("impl Iterator<Item = LocalBoxFuture<'static, R>>", true),
        ("Vec<&'static (dyn Future<Output = R>)>", true),
        ("Result<Box<dyn Fn() -> BoxFuture<'static, R>>, E>", false),
        ("Result<FutureDate, E>", false),
    ];
    for (output, refused) in table {
        let item = format!("fn f() -> {output} {{ go() }}");
        let expanded = crate::attribute(TokenStream::new(), tokens(&item)).to_string();
        let message = "would run once, after the last attempt";
        assert_eq!(expanded.contains(message), refused, "{output}: {expanded}");
    }
    let item = "async fn f() -> Result<(Sender, impl Future<Output = ()>), E> { go() }";
    let expanded = crate::attribute(TokenStream::new(), tokens(item)).to_string();
    assert!(!expanded.contains("compile_error"), "{expanded}");
}

#[test]
fn a_future_in_parentheses_or_in_a_group_is_the_body() {
    let group = |text| -> TokenStream {
        let group = proc_macro2::Group::new(proc_macro2::Delimiter::None, tokens(text));
        proc_macro2::TokenTree::from(group).into()
    };
    let (block, output) = (group("async move { go() }"), group("BoxFuture<'static, R>"));
    let items = [
        tokens("fn f() -> (BoxFuture<'static, R>) { (Box::pin((async move { go() }))) }"),
        quote::quote!(fn f() -> #output { Box::pin(#block) }),
        quote::quote!(fn f() -> impl Future<Output = R> { #block }),
    ];
    for item in items {
        let text = without_space(&crate::attribute(TokenStream::new(), item));
        assert!(text.contains("=async{"), "{text}");
        assert!(!text.contains("compile_error"), "{text}");
    }
}

/// A statement that looks like one of `#[async_trait]` is the user's own where that was not at work.
#[test]
fn a_future_of_the_users_own_is_repeated_from_its_first_statement() {
    let item = "fn f(n: u32) -> LocalBoxFuture<'static, R> {
        use elsewhere::go;
        Box::pin(async move { let mut n = n; let __ret: R = { go(n) }; __ret })
    }";
    let text = without_space(&crate::attribute(TokenStream::new(), tokens(item)));
    let (_, after) = text
        .split_once("useelsewhere::go;Box::pin(asyncmove{")
        .unwrap();
    assert!(after.starts_with("use::retry_core::__private"), "{after}");
    assert!(
        after.contains("{letmutn=n;let__ret:R={go(n)};__ret}"),
        "{after}"
    );
}
