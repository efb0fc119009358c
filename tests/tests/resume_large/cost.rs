//! What it costs where nothing goes wrong.

use crate::process::{Mode, download};
use crate::resume_files::Folder;
use crate::{LARGE, own};

const ROUNDS: usize = 7;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Times are told, not asserted: read the last lines.
#[test]
#[ignore = "700 MB many times: by hand"]
fn by_hand_throughput_beside_reqwest_alone() {
    let files = own(&LARGE);
    let folder = Folder::new("cost");
    let target = folder.join("a");
    for (ours, theirs) in [(Mode::Stream, Mode::Plain), (Mode::Save, Mode::PlainFile)] {
        let (mut times, mut peaks) = ([vec![], vec![]], [vec![], vec![]]);
        for round in 0..ROUNDS {
            // Each is first in half of the rounds.
            let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
            for which in order {
                let mode = [ours, theirs][which];
                let done = download(mode, &files.url(), &target);
                assert!(done.success, "{mode:?}: {}", done.output);
                times[which].push(done.seconds);
                peaks[which].push(done.peak);
                let _ = std::fs::remove_file(&target);
            }
        }
        let [our_time, their_time] = times.map(median);
        let [our_peak, their_peak] = peaks.map(|peaks| peaks.into_iter().max().unwrap_or(0));
        println!(
            "{ours:?}: {our_time:.3} s and {our_peak} KiB; {theirs:?}: {their_time:.3} s and {their_peak} KiB; \
             throughput {:.3} of it",
            their_time / our_time
        );
    }
}
