//! The attribute `#[retry]`.
use proc_macro::TokenStream;

/// Retries the function.
#[proc_macro_attribute]
pub fn retry(_args: TokenStream, item: TokenStream) -> TokenStream {
    item
}
