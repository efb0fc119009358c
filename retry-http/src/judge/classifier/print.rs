//! How a classifier prints.

use core::fmt;

use super::{Base, Calls, Classifier};
use crate::facts::repeat::Repeat;

/// `by method, also 423, never 500`.
impl fmt::Display for Classifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.calls {
            Calls::Known(Repeat::Freely) => "transient",
            Calls::Known(Repeat::WithKey) => "keyed",
            Calls::Known(Repeat::IfUnprocessed) => "unprocessed",
            Calls::ByMethod => "by method",
        })?;
        if self.base == Base::Seed {
            f.write_str(", seed")?;
        }
        write!(f, "{}", self.presets)?;
        write!(f, "{}", self.hints)?;
        for (word, codes) in [("also", &self.also), ("never", &self.never)] {
            for (place, code) in codes.iter().enumerate() {
                let lead = if place == 0 { word } else { "and" };
                write!(f, "{}{lead} {code}", if place == 0 { ", " } else { " " })?;
            }
        }
        Ok(())
    }
}

/// As [`Display`](fmt::Display), within `Classifier(..)`.
impl fmt::Debug for Classifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Classifier({self})")
    }
}
