//! Code 128, set B (ISO/IEC 15417): a number that any bench scanner reads and types.

/// Widths of bars and gaps in turns, for the values 0 to 105 (105 is never drawn), then the stop sign.
const WIDTHS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
    "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
    "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
    "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
    "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
    "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];
const START_B: usize = 104;
const STOP: usize = 106;
/// Free modules on both sides, without which scanners don't find the first bar.
const QUIET: u32 = 10;

/// Where the bars stand: their left edges and widths in modules, and the width of the whole with its quiet zones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bars {
    /// Left edge and width of each bar.
    pub bars: Vec<(u32, u32)>,
    /// Width of the whole.
    pub width: u32,
}

/// The bars of a text of printable ASCII; nothing for any other.
#[must_use]
pub fn bars(text: &str) -> Option<Bars> {
    let values: Option<Vec<usize>> =
        text.bytes().map(|byte| (b' '..=b'~').contains(&byte).then(|| usize::from(byte - b' '))).collect();
    let values = values.filter(|values| !values.is_empty())?;
    let signs = [&[START_B], values.as_slice(), &[check(START_B, &values), STOP]].concat();
    let (mut bars, mut at) = (Vec::new(), QUIET);
    for widths in signs.into_iter().map(|sign| WIDTHS[sign]) {
        for (place, width) in widths.bytes().map(|digit| u32::from(digit - b'0')).enumerate() {
            if place % 2 == 0 {
                bars.push((at, width));
            }
            at += width;
        }
    }
    Some(Bars { bars, width: at + QUIET })
}

/// The check sign: the weighted sum of all values modulo 103.
fn check(start: usize, values: &[usize]) -> usize {
    values.iter().enumerate().fold(start, |sum, (at, value)| (sum + (at + 1) * value) % 103)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads bars back, as a scanner does: gaps and bars, six by six.
    fn read(bars: &Bars) -> String {
        let mut widths = Vec::new();
        let mut end = QUIET;
        for (at, width) in &bars.bars {
            if *at > end {
                widths.push(at - end);
            }
            widths.push(*width);
            end = at + width;
        }
        let text = widths.iter().map(u32::to_string).collect::<String>();
        let body = text.strip_suffix(WIDTHS[STOP]).unwrap();
        let values: Vec<usize> = body
            .as_bytes()
            .chunks(6)
            .map(|sign| WIDTHS.iter().position(|known| known.as_bytes() == sign).unwrap())
            .collect();
        let (check_sign, values) = values.split_last().unwrap();
        assert_eq!(values[0], START_B);
        assert_eq!(check(START_B, &values[1..]), *check_sign);
        values[1..].iter().map(|value| char::from(u8::try_from(value + 32).unwrap())).collect()
    }

    #[test]
    fn what_was_written_is_read() {
        for text in ["A-104233", "0", "Zz-9", &"A".repeat(32)] {
            assert_eq!(read(&bars(text).unwrap()), text);
        }
        assert_eq!(bars(""), None);
        assert_eq!(bars("Заказ"), None);
    }

    #[test]
    fn the_table_is_the_standard_s() {
        let sums: Vec<u32> =
            WIDTHS.iter().map(|widths| widths.bytes().map(|digit| u32::from(digit - b'0')).sum()).collect();
        assert!(sums[..STOP].iter().all(|sum| *sum == 11), "every sign has eleven modules");
        assert_eq!(sums[STOP], 13);
        // In every sign but the stop the bars have an even number of modules.
        let bars = |widths: &str| widths.bytes().step_by(2).map(|digit| u32::from(digit - b'0')).sum::<u32>();
        assert!(WIDTHS[..STOP].iter().all(|widths| bars(widths) % 2 == 0));
        let distinct: std::collections::HashSet<_> = WIDTHS.iter().collect();
        assert_eq!(distinct.len(), WIDTHS.len());
        // The worked example of the literature: PJJ123C in set A has the check value 54.
        assert_eq!(check(103, &[48, 42, 42, 17, 18, 19, 35]), 54);
    }
}
