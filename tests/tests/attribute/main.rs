//! The attribute: every shape of function, every argument, every pitfall.

mod shapes;
