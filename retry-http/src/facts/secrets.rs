//! URLs as they may be shown.

use reqwest::Url;

/// Query strings and user names are where credentials are.
pub(crate) fn without_secrets(mut url: Url) -> Url {
    // Both fail only for URLs that have no place for credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url
}
