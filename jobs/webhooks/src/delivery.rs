//! What is in the queue.

use serde::{Deserialize, Serialize};

/// One event for one receiver.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Delivery {
    /// Where to.
    pub(crate) url: String,
    /// Its kind, such as `invoice.paid`.
    pub(crate) event: String,
    /// What is sent, as JSON.
    pub(crate) data: serde_json::Value,
}

impl Delivery {
    /// The body: the same bytes in every attempt, so that its signature differs by the time only.
    pub(crate) fn body(&self) -> String {
        serde_json::json!({ "type": self.event, "data": self.data }).to_string()
    }
}
