//! Winnowing: chooses the smallest hash of every window.

/// Hashes of a window, for a text with so many.
pub(super) fn window(hashes: usize) -> usize {
    (hashes / 24).clamp(6, 32)
}

/// The positions of the chosen hashes, ascending: the smallest of each window, the last of equal ones. One hash of a text shorter than a window.
pub(super) fn winnow(hashes: &[u64]) -> Vec<usize> {
    let window = window(hashes.len()).min(hashes.len());
    let mut chosen: Vec<usize> = Vec::with_capacity(2 * hashes.len() / (window + 1) + 1);
    if window == 0 {
        return chosen;
    }
    // Positions whose hash is smaller than all after it in the window.
    let mut ascending: std::collections::VecDeque<(usize, u64)> = std::collections::VecDeque::with_capacity(window);
    for (at, hash) in hashes.iter().enumerate() {
        while ascending.back().is_some_and(|(_, last)| last >= hash) {
            ascending.pop_back();
        }
        ascending.push_back((at, *hash));
        while ascending.front().is_some_and(|(first, _)| first + window <= at) {
            ascending.pop_front();
        }
        if let Some((smallest, _)) = ascending.front().filter(|_| at + 1 >= window)
            && chosen.last() != Some(smallest)
        {
            chosen.push(*smallest);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without a pattern.
    fn hashes(count: u64) -> Vec<u64> {
        (0..count)
            .map(|n| (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23).wrapping_mul(0xbf58_476d_1ce4_e5b9))
            .collect()
    }

    #[test]
    fn every_window_has_a_chosen_hash_and_it_is_the_smallest() {
        for count in [1, 5, 6, 7, 100, 700, 3_000] {
            let hashes = hashes(count);
            let (window, chosen) = (window(hashes.len()).min(hashes.len()), winnow(&hashes));
            for (at, part) in hashes.windows(window).enumerate() {
                let smallest = at + part.iter().enumerate().min_by_key(|(_, hash)| **hash).unwrap().0;
                assert!(chosen.contains(&smallest), "{count}: {at}");
            }
            assert!(chosen.is_sorted());
        }
        assert!(winnow(&[]).is_empty());
        assert_eq!(winnow(&[7; 20]), (5..20).collect::<Vec<_>>());
    }

    #[test]
    fn what_a_large_window_chooses_a_small_one_chooses_too() {
        let long = hashes(2_000);
        let passage = &long[900..1_100];
        let (of_long, of_passage) = (winnow(&long), winnow(passage));
        let inside: Vec<usize> = of_long.into_iter().filter(|at| (932..1_068).contains(at)).collect();
        assert!(inside.len() > 4 && inside.iter().all(|at| of_passage.contains(&(at - 900))));
    }
}
