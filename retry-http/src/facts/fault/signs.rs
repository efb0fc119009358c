//! What the errors of hyper and h2 show of themselves.

use super::evidence::{H2, Hyper, Reason};

impl Hyper {
    pub(super) fn of(error: &hyper::Error) -> Self {
        if error.is_user() {
            // No accessor tells it apart. Its requests may have been sent: in a burst of GOAWAYs none was, at the end
            // of a runtime any may have been.
            if error.to_string().starts_with("dispatch task is gone") {
                Self::Gone
            } else {
                Self::User
            }
        } else if error.is_canceled() || error.is_closed() {
            Self::Unsent
        } else if error.is_timeout() {
            Self::Timeout
        } else if error.is_incomplete_message() {
            Self::Incomplete
        } else if error.is_parse() {
            Self::Parse
        } else {
            Self::Unclear
        }
    }
}

impl H2 {
    pub(super) fn of(error: &h2::Error) -> Self {
        let reason = error.reason().map_or(Reason::Other, Reason::of);
        if error.is_library() {
            Self::Local
        } else if error.is_go_away() && error.is_remote() {
            Self::GoAway(reason)
        } else if error.is_reset() && error.is_remote() {
            Self::Reset(reason)
        } else {
            Self::Io
        }
    }
}

impl Reason {
    fn of(reason: h2::Reason) -> Self {
        match reason {
            h2::Reason::REFUSED_STREAM => Self::RefusedStream,
            h2::Reason::ENHANCE_YOUR_CALM => Self::EnhanceYourCalm,
            h2::Reason::PROTOCOL_ERROR
            | h2::Reason::FLOW_CONTROL_ERROR
            | h2::Reason::FRAME_SIZE_ERROR
            | h2::Reason::COMPRESSION_ERROR
            | h2::Reason::INADEQUATE_SECURITY
            | h2::Reason::HTTP_1_1_REQUIRED => Self::Protocol,
            _ => Self::Other,
        }
    }
}
