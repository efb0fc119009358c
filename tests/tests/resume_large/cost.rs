//! What it costs where nothing goes wrong.

use crate::process::{Done, Mode, download};
use crate::resume_files::Folder;
use crate::{LARGE, own};

const ROUNDS: usize = 11;

/// The least of it: what other programs take comes on top.
fn least(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::INFINITY, f64::min)
}

/// Times are told, not asserted: read the last lines.
#[test]
#[ignore = "700 MB many times: by hand"]
fn by_hand_throughput_beside_reqwest_alone() {
    let files = own(&LARGE);
    let folder = Folder::new("cost");
    let target = folder.join("a");
    for modes in [[Mode::Stream, Mode::Plain], [Mode::Save, Mode::PlainFile]] {
        let mut runs = [vec![], vec![]];
        for round in 0..ROUNDS {
            // Each is first in half of the rounds.
            for which in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
                let done = download(modes[which], &files.url(), &target);
                assert!(done.success, "{:?}: {}", modes[which], done.output);
                runs[which].push(done);
                let _ = std::fs::remove_file(&target);
            }
        }
        let [seconds, work] = [|done: &Done| done.seconds, |done: &Done| done.work]
            .map(|figure| [0, 1].map(|which| least(runs[which].iter().map(figure))));
        let peaks = [0, 1].map(|which| runs[which].iter().map(|done| done.peak).max());
        println!(
            "{modes:?}: {seconds:.3?} s, throughput {:.3}; {work:.2?} s of work; {peaks:?} KiB",
            seconds[1] / seconds[0]
        );
    }
}
