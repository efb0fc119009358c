//! Idempotency keys: what tells a server that two requests are one.

use core::fmt;

use http::{HeaderName, HeaderValue};

use crate::resend::replay::Replay;

/// The header of draft-ietf-httpapi-idempotency-key-header.
const NAME: HeaderName = HeaderName::from_static("idempotency-key");

/// One key for one logical call, the same on each of its attempts.
///
/// Make it before the first attempt, so outside an annotated function, whose body runs again. It is a random UUID,
/// quoted as the draft asks. A server forgets keys after a while (Stripe after 24 hours): stop retrying before that.
///
/// ```
/// # async fn run() -> Result<(), retry_http::Error> {
/// use retry_core::retry;
/// use retry_http::{IdempotencyKey, ResponseExt, reqwest};
///
/// #[retry(when = retry_http::keyed)]
/// async fn pay(client: &reqwest::Client, key: &IdempotencyKey) -> Result<String, retry_http::Error> {
///     let request = client.post("http://127.0.0.1:8080/payments").header(key.name(), key.value());
///     Ok(request.send().await?.check().await?.text().await?)
/// }
///
/// let paid = pay(&reqwest::Client::new(), &IdempotencyKey::new()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    style: KeyStyle,
    uuid: uuid::Uuid,
}

impl IdempotencyKey {
    /// A new key, from the system's randomness.
    ///
    /// ```
    /// use retry_http::IdempotencyKey;
    ///
    /// let key = IdempotencyKey::new();
    /// assert_eq!(key.value(), format!("\"{key}\""));
    /// assert_ne!(key, IdempotencyKey::new());
    /// ```
    #[must_use]
    #[allow(
        clippy::new_without_default,
        reason = "a default that differs each time surprises"
    )]
    pub fn new() -> Self {
        KeyStyle::new().key()
    }

    /// The name of the header.
    #[must_use]
    pub fn name(&self) -> &HeaderName {
        &self.style.name
    }

    /// The value of the header.
    #[must_use]
    pub fn value(&self) -> HeaderValue {
        let text = if self.style.quoted {
            format!("\"{}\"", self.uuid)
        } else {
            self.uuid.to_string()
        };
        // Hexadecimal digits, hyphens and quotes make a header value.
        HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// The key without quotes, as it may be logged.
impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.uuid)
    }
}

/// How keys are written.
///
/// ```
/// use http::HeaderName;
/// use retry_http::KeyStyle;
///
/// let name = HeaderName::from_static("cko-idempotency-key");
/// let key = KeyStyle::new().name(name).unquoted().key();
/// assert_eq!(key.name(), "cko-idempotency-key");
/// assert_eq!(key.value(), key.to_string());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyStyle {
    name: HeaderName,
    quoted: bool,
}

/// As [`KeyStyle::new`].
impl Default for KeyStyle {
    fn default() -> Self {
        Self::new()
    }
}

impl KeyStyle {
    /// `Idempotency-Key: "8e03978e-..."`, as the draft has it.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            name: NAME,
            quoted: true,
        }
    }

    /// Without quotes, as Stripe takes it.
    #[must_use]
    pub fn unquoted(mut self) -> Self {
        self.quoted = false;
        self
    }

    /// In another header.
    #[must_use]
    pub fn name(mut self, name: HeaderName) -> Self {
        self.name = name;
        self
    }

    /// A new key in this style.
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        IdempotencyKey {
            style: self.clone(),
            uuid: uuid::Uuid::new_v4(),
        }
    }
}

/// Gives a request the key that it needs, and tells whether it carries one.
pub(crate) fn give(key: Option<&IdempotencyKey>, request: &mut impl Replay) -> bool {
    let is_named = |name: &HeaderName| {
        name.as_str().ends_with(NAME.as_str()) || key.is_some_and(|key| name == key.name())
    };
    let mut headers = request.headers().iter();
    let has_one = headers.any(|(name, value)| is_named(name) && !is_empty(value));
    let Some(key) = key else { return has_one };
    if has_one || request.method().is_idempotent() {
        return has_one;
    }
    let headers = request.headers_mut();
    headers.insert(key.name().clone(), key.value());
    true
}

/// An empty key tells a server nothing, with the draft's quotes or without.
fn is_empty(value: &HeaderValue) -> bool {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'"');
    value.as_bytes().iter().all(blank)
}
