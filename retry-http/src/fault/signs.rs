//! What the errors of reqwest, hyper-util, hyper and h2 show of themselves.

use core::error::Error;

use super::evidence::{Evidence, H2, Hyper, Reason, chain};

impl Evidence {
    pub(super) fn look_at_hyper(&mut self, error: &(dyn Error + 'static)) -> bool {
        if let Some(client) = error.downcast_ref::<hyper_util::client::legacy::Error>() {
            self.connect |= client.is_connect();
        } else if let Some(hyper) = error.downcast_ref::<hyper::Error>() {
            self.hyper = Some(match (self.hyper, Hyper::of(hyper)) {
                (Some(Hyper::Unsent), Hyper::Parse | Hyper::Unclear) => Hyper::Unasked,
                (Some(first), _) | (None, first) => first,
            });
        } else if let Some(h2) = error.downcast_ref::<h2::Error>() {
            self.h2 = Some(H2::of(h2));
            // It keeps what the connection said, and does not show it as its source.
            if let Some(io) = h2.get_io() {
                chain(io).for_each(|link| self.look_at(link));
            }
        } else {
            return false;
        }
        true
    }

    #[cfg(feature = "reqwest")]
    pub(super) fn look_at_reqwest(&mut self, error: &(dyn Error + 'static)) -> bool {
        let Some(error) = error.downcast_ref::<reqwest::Error>() else {
            return false;
        };
        self.builder |= error.is_builder();
        self.redirect |= error.is_redirect();
        self.timeout |= error.is_timeout();
        #[cfg(not(target_arch = "wasm32"))]
        {
            self.connect |= error.is_connect();
            self.dns |= error.is_dns();
        }
        // Below hyper's own error it is the body of the request that reqwest speaks of.
        self.body |= self.hyper.is_none() && (error.is_body() || error.is_decode());
        true
    }
}

impl Hyper {
    fn of(error: &hyper::Error) -> Self {
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
    fn of(error: &h2::Error) -> Self {
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
