//! A request that can be sent several times.

/// A request that adapters send: `http::Request<B>` where `B: Clone`, and `reqwest::Request`.
#[cfg_attr(
    not(feature = "tower"),
    allow(unreachable_pub, reason = "tower's layer shows it")
)]
pub trait Replay: Sized {
    #[doc(hidden)]
    fn method(&self) -> &http::Method;

    #[doc(hidden)]
    fn headers(&self) -> &http::HeaderMap;

    #[doc(hidden)]
    fn headers_mut(&mut self) -> &mut http::HeaderMap;

    /// The same request once more; `None` where its body is a stream.
    #[doc(hidden)]
    fn replay(&self) -> Option<Self>;

    #[doc(hidden)]
    fn can_replay(&self) -> bool;

    #[doc(hidden)]
    #[cfg(feature = "tracing")]
    fn address(&self) -> Address;
}

impl<B: Clone> Replay for http::Request<B> {
    fn method(&self) -> &http::Method {
        self.method()
    }

    fn headers(&self) -> &http::HeaderMap {
        self.headers()
    }

    fn headers_mut(&mut self) -> &mut http::HeaderMap {
        self.headers_mut()
    }

    fn replay(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn can_replay(&self) -> bool {
        true
    }

    #[cfg(feature = "tracing")]
    fn address(&self) -> Address {
        let uri = self.uri();
        let port = uri.port_u16();
        let host = uri.host().unwrap_or_default().to_owned();
        let mut url = String::new();
        if let Some(scheme) = uri.scheme_str() {
            let at = port.map_or_else(String::new, |port| format!(":{port}"));
            url = format!("{scheme}://{host}{at}");
        }
        url += uri.path();
        Address { url, host, port }
    }
}

#[cfg(feature = "reqwest")]
impl Replay for reqwest::Request {
    fn method(&self) -> &http::Method {
        self.method()
    }

    fn headers(&self) -> &http::HeaderMap {
        self.headers()
    }

    fn headers_mut(&mut self) -> &mut http::HeaderMap {
        self.headers_mut()
    }

    fn replay(&self) -> Option<Self> {
        self.try_clone()
    }

    fn can_replay(&self) -> bool {
        self.body().is_none_or(|body| body.as_bytes().is_some())
    }

    #[cfg(feature = "tracing")]
    fn address(&self) -> Address {
        let url = crate::error::without_secrets(self.url().clone());
        Address {
            host: url.host_str().unwrap_or_default().to_owned(),
            port: url.port_or_known_default(),
            url: url.into(),
        }
    }
}

/// Where a request goes.
#[cfg(feature = "tracing")]
#[cfg_attr(
    not(feature = "tower"),
    allow(unreachable_pub, reason = "tower's layer shows it")
)]
#[derive(Debug)]
pub struct Address {
    /// Without query and credentials.
    pub(crate) url: String,
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
}

/// Which of its attempts a request is sent for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// Of the attempt, from 1.
    #[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "spans tell it"))]
    pub(crate) number: u32,
    /// Whether another attempt may follow.
    pub(crate) is_last: bool,
}
