//! `Replay`: a request that can be sent several times.

#[cfg(all(feature = "reqwest", feature = "tracing"))]
use crate::facts::secrets::without_secrets;
#[cfg(all(feature = "reqwest", feature = "tower"))]
use crate::resend::gather::gather;

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

    /// What is sent in the end.
    #[doc(hidden)]
    type Sent: Replay;

    /// Where it goes, as far as reqwest can be asked.
    #[doc(hidden)]
    #[cfg(feature = "reqwest")]
    fn url(&self) -> Option<&reqwest::Url>;

    /// The host in lower case and, where it is not the scheme's own, the port. Empty where nobody says.
    #[doc(hidden)]
    fn authority(&self) -> String;

    /// Does what can be done beforehand to be able to replay it.
    #[doc(hidden)]
    #[cfg(feature = "tower")]
    fn prepare(&mut self) {}

    /// The same request once more; `None` where its body is a stream.
    #[doc(hidden)]
    fn replay(&self) -> Option<Self::Sent>;

    #[doc(hidden)]
    fn can_replay(&self) -> bool;

    /// The same request for the last time.
    #[doc(hidden)]
    fn into_sent(self) -> Self::Sent;

    /// The URL without query and credentials, the host, and the port.
    #[doc(hidden)]
    #[cfg(feature = "tracing")]
    fn address(&self) -> (String, String, Option<u16>);
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

    type Sent = Self;

    #[cfg(feature = "reqwest")]
    fn url(&self) -> Option<&reqwest::Url> {
        None
    }

    fn authority(&self) -> String {
        let uri = self.uri();
        let own = match uri.scheme_str() {
            Some("http") => Some(80),
            Some("https") => Some(443),
            _ => None,
        };
        let port = uri.port_u16().filter(|port| Some(*port) != own);
        match uri.host() {
            Some(host) => authority(host, port),
            None => {
                let host = self.headers().get(http::header::HOST);
                let host = host.and_then(|host| host.to_str().ok());
                host.unwrap_or_default().to_ascii_lowercase()
            }
        }
    }

    fn replay(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn can_replay(&self) -> bool {
        true
    }

    fn into_sent(self) -> Self {
        self
    }

    #[cfg(feature = "tracing")]
    fn address(&self) -> (String, String, Option<u16>) {
        let uri = self.uri();
        let port = uri.port_u16();
        let host = uri.host().unwrap_or_default().to_owned();
        let mut url = String::new();
        if let Some(scheme) = uri.scheme_str() {
            let at = port.map_or_else(String::new, |port| format!(":{port}"));
            url = format!("{scheme}://{host}{at}");
        }
        url += uri.path();
        (url, host, port)
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

    type Sent = Self;

    fn url(&self) -> Option<&reqwest::Url> {
        Some(self.url())
    }

    fn authority(&self) -> String {
        let url = self.url();
        authority(url.host_str().unwrap_or_default(), url.port())
    }

    #[cfg(feature = "tower")]
    fn prepare(&mut self) {
        gather(self);
    }

    fn replay(&self) -> Option<Self> {
        self.try_clone()
    }

    fn can_replay(&self) -> bool {
        self.body().is_none_or(|body| body.as_bytes().is_some())
    }

    fn into_sent(self) -> Self {
        self
    }

    #[cfg(feature = "tracing")]
    fn address(&self) -> (String, String, Option<u16>) {
        let url = without_secrets(self.url().clone());
        let host = url.host_str().unwrap_or_default().to_owned();
        let port = url.port_or_known_default();
        (url.into(), host, port)
    }
}

fn authority(host: &str, port: Option<u16>) -> String {
    let mut authority = host.to_ascii_lowercase();
    if let Some(port) = port {
        authority.push_str(&format!(":{port}"));
    }
    authority
}
