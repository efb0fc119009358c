//! What came in.

use std::sync::{Mutex, PoisonError};

use axum::extract::Request;

#[derive(Debug)]
struct Received {
    path: String,
    idempotency_key: Option<String>,
}

/// Every request since the start, in the order they came.
#[derive(Debug, Default)]
pub(crate) struct Record(Mutex<Vec<Received>>);

impl Record {
    pub(crate) fn add(&self, request: &Request) {
        let key = request.headers().get("idempotency-key");
        let received = Received {
            path: request.uri().path().to_owned(),
            idempotency_key: key
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(received);
    }

    pub(crate) fn requests(&self, path: &str) -> usize {
        self.of(path, |_| ()).len()
    }

    pub(crate) fn idempotency_keys(&self, path: &str) -> Vec<Option<String>> {
        self.of(path, |received| received.idempotency_key.clone())
    }

    fn of<T>(&self, path: &str, read: impl Fn(&Received) -> T) -> Vec<T> {
        let received = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        received
            .iter()
            .filter(|received| received.path == path)
            .map(read)
            .collect()
    }
}
