//! How the page looks, light and dark.

pub(crate) const STYLE: &str = "
:root { color-scheme: light dark; --text: #1c2024; --soft: #60646c; --back: #fcfcfd; --line: #e0e1e6; --card: #fff;
  --waiting: #8f6400; --running: #0d74ce; --done: #218358; --dead: #ce2c31; }
@media (prefers-color-scheme: dark) { :root { --text: #edeef0; --soft: #b0b4ba; --back: #111113; --line: #363a3f;
  --card: #18191b; --waiting: #ffca16; --running: #70b8ff; --done: #3dd68c; --dead: #ff9592; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.25rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0 1rem; color: var(--soft); } a { color: inherit; text-underline-offset: .2em; }
.sums { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0; padding: 0; list-style: none; }
.sums li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem 1rem; min-width: 7rem; }
.sums b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; padding: .6rem .9rem; color: var(--soft); }
th, td { text-align: left; padding: .5rem .9rem; border-top: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--soft); white-space: nowrap; } td { font-variant-numeric: tabular-nums; }
.state { font-weight: 600; } .waiting { color: var(--waiting); } .running { color: var(--running); }
.done { color: var(--done); } .dead { color: var(--dead); } .text { overflow-wrap: anywhere; min-width: 14rem; }
code { font: .875rem ui-monospace, monospace; } pre { margin: 0; padding: .9rem; white-space: pre-wrap; overflow-wrap: anywhere; }
button { font: inherit; padding: .4rem .9rem; border-radius: .375rem; border: 1px solid var(--line); background: var(--card);
  color: inherit; cursor: pointer; } :focus-visible { outline: 2px solid var(--running); outline-offset: 2px; }
";
