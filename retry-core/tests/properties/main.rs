//! What holds for every policy, found by throwing policies at it. The cases are the same in every run.

mod any;
mod arithmetic;
mod bounds;
mod resume;
mod saturation;
mod text;
