//! Many calls to one server, and one client to many servers: cooldowns, hedges, guards for each host. What is asserted is
//! counted at the server.

#[path = "../http_wire/mod.rs"]
mod http_wire;

mod cooldown;
mod hedges;
mod hosts;
mod load;
