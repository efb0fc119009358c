//! Nothing: this package has its tests alone.
