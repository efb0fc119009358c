//! `save` and `stream`: a body that breaks off goes on at the exact byte, or is an error.

#[path = "../resume_files/mod.rs"]
mod resume_files;

mod digests;
mod files;
mod guards;
mod kill;
mod lies;
mod streams;
