//! What the house's alloys weigh: one table.
//!
//! A density is that of the alloy's composition, by the rule of mixtures: a gram takes the room of its parts. The
//! compositions are the grades of GOST 30649-99 (jewellery alloys of noble metals) where it has one for the colour,
//! else of ISO 8654 (colours of gold alloys) and of common trade practice, as each line says. Real alloys differ by
//! up to a hundredth; a weight from here is an estimate.

/// Elements by their densities at 20 °C, g/cm³ (CRC Handbook of Chemistry and Physics).
const AU: f64 = 19.30;
const AG: f64 = 10.50;
const CU: f64 = 8.96;
const PD: f64 = 12.0;
const PT: f64 = 21.5;
const IR: f64 = 22.56;
const RU: f64 = 12.1;
const TI: f64 = 4.506;
const SN: f64 = 7.287;
/// Brass of 63 % copper as it is measured: copper and zinc take less room together than by themselves.
const L63: f64 = 8.44;

/// An alloy that the house works.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alloy {
    /// As the shop names it, an order's `material`.
    pub material: &'static str,
    /// Parts of a thousand by weight, each with its element's density.
    parts: &'static [(u32, f64)],
}

const fn alloy(material: &'static str, parts: &'static [(u32, f64)]) -> Alloy {
    Alloy { material, parts }
}

/// Every alloy that the house uses, by metal, the purest last.
pub const ALLOYS: [Alloy; 32] = [
    alloy("gold-375-red", &[(375, AU), (20, AG), (605, CU)]), // ЗлСрМ 375-20
    alloy("gold-375-yellow", &[(375, AU), (100, AG), (525, CU)]), // ЗлСрМ 375-100
    alloy("gold-375-white", &[(375, AU), (100, AG), (38, PD), (487, CU)]), // ЗлСрПдМ 375-100-38
    alloy("gold-500-red", &[(500, AU), (100, AG), (400, CU)]), // ЗлСрМ 500-100
    alloy("gold-585-yellow", &[(585, AU), (200, AG), (215, CU)]), // ЗлСрМ 585-200
    alloy("gold-585-red", &[(585, AU), (80, AG), (335, CU)]), // ЗлСрМ 585-80
    alloy("gold-585-rose", &[(585, AU), (80, AG), (335, CU)]), // ЗлСрМ 585-80
    alloy("gold-585-green", &[(585, AU), (300, AG), (115, CU)]), // ЗлСрМ 585-300
    alloy("gold-585-white", &[(585, AU), (255, AG), (160, PD)]), // ЗлСрПд 585-255-160
    alloy("gold-750-yellow", &[(750, AU), (125, AG), (125, CU)]), // ЗлСрМ 750-125; ISO 8654: 3N
    alloy("gold-750-rose", &[(750, AU), (90, AG), (160, CU)]), // ISO 8654: 4N
    alloy("gold-750-red", &[(750, AU), (45, AG), (205, CU)]), // ISO 8654: 5N
    alloy("gold-750-green", &[(750, AU), (250, AG)]),         // ЗлСр 750-250
    alloy("gold-750-white", &[(750, AU), (100, AG), (150, PD)]), // ЗлСрПд 750-100-150
    alloy("gold-958-yellow", &[(958, AU), (20, AG), (22, CU)]), // ЗлСрМ 958-20
    alloy("gold-999-yellow", &[(1000, AU)]),                  // Зл 999,9
    alloy("silver-800", &[(800, AG), (200, CU)]),             // СрМ 800
    alloy("silver-830", &[(830, AG), (170, CU)]),             // СрМ 830
    alloy("silver-875", &[(875, AG), (125, CU)]),             // СрМ 875
    alloy("silver-925", &[(925, AG), (75, CU)]),              // СрМ 925
    alloy("silver-960", &[(960, AG), (40, CU)]),              // СрМ 960
    alloy("silver-999", &[(1000, AG)]),                       // Ср 999
    alloy("platinum-850", &[(850, PT), (150, IR)]),           // trade: platinum and iridium
    alloy("platinum-900", &[(900, PT), (100, IR)]),           // trade: platinum and iridium
    alloy("platinum-950", &[(950, PT), (50, RU)]),            // trade: platinum and ruthenium
    alloy("platinum-999", &[(1000, PT)]),                     // unalloyed
    alloy("palladium-500", &[(500, PD), (450, AG), (50, CU)]), // trade: palladium and silver
    alloy("palladium-850", &[(850, PD), (130, AG), (20, CU)]), // trade: palladium and silver
    alloy("palladium-950", &[(950, PD), (50, RU)]),           // trade: palladium and ruthenium
    alloy("titanium", &[(1000, TI)]),                         // unalloyed
    alloy("bronze", &[(900, CU), (100, SN)]),                 // a tenth of tin
    alloy("brass", &[(1000, L63)]),                           // Л63
];

impl Alloy {
    /// The alloy of that name. A plating weighs nothing that shows, and of a gold without a colour the table's first
    /// of that fineness is taken.
    #[must_use]
    pub fn named(material: &str) -> Option<&'static Self> {
        let plain = ["-black", "-oxidized", "-oxidised", "-rhodium"]
            .iter()
            .find_map(|finish| material.strip_suffix(finish))
            .unwrap_or(material);
        let exact = ALLOYS.iter().find(|alloy| alloy.material == plain);
        let colour =
            |alloy: &&Self| alloy.material.strip_prefix(plain).is_some_and(|rest| rest.starts_with('-'));
        // `gold` alone says nothing of its weight.
        let fine = plain.contains('-');
        exact.or_else(|| ALLOYS.iter().find(colour).filter(|_| fine))
    }

    /// Grams of a cubic centimetre.
    #[must_use]
    pub fn density(&self) -> f64 {
        let room: f64 = self.parts.iter().map(|(parts, density)| f64::from(*parts) / density).sum();
        1000.0 / room
    }

    /// What so much of it weighs, grams.
    #[must_use]
    pub fn grams(&self, volume_mm3: f64) -> f64 {
        self.density() * volume_mm3 / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alloy_is_whole_and_has_a_name_of_its_own() {
        for (at, alloy) in ALLOYS.iter().enumerate() {
            let whole: u32 = alloy.parts.iter().map(|(parts, _)| parts).sum();
            assert_eq!(whole, 1000, "{}", alloy.material);
            assert!(ALLOYS[..at].iter().all(|other| other.material != alloy.material), "{}", alloy.material);
        }
    }

    #[test]
    fn densities_agree_with_what_handbooks_measured() {
        for (material, measured) in [
            ("gold-375-yellow", 11.41),
            ("gold-500-red", 12.47),
            ("gold-585-red", 13.24),
            ("gold-585-yellow", 13.60),
            ("gold-585-green", 13.92),
            ("gold-750-yellow", 15.45),
            ("gold-750-green", 15.96),
            ("gold-958-yellow", 18.52),
            ("silver-925", 10.36),
            ("silver-875", 10.28),
            ("platinum-950", 20.7),
            ("palladium-950", 12.0),
            ("bronze", 8.78),
            ("brass", 8.44),
        ] {
            let density = Alloy::named(material).unwrap().density();
            let off = (density / measured - 1.0).abs();
            assert!(off < 0.01, "{material}: {density:.2} is not {measured}");
        }
    }

    #[test]
    fn a_finish_weighs_nothing_and_what_is_unknown_has_no_weight() {
        let name = |material| Alloy::named(material).map(|alloy| alloy.material);
        assert_eq!(name("silver-925-black"), Some("silver-925"));
        assert_eq!(name("gold-585-white-rhodium"), Some("gold-585-white"));
        assert_eq!(name("gold-585"), Some("gold-585-yellow"));
        for material in ["gold", "gold-5", "gold-585-plaid", "wood", "", "-", "silver-925-gold"] {
            assert_eq!(name(material), None, "{material}");
        }
    }

    #[test]
    fn a_cubic_centimetre_of_sterling_weighs_ten_grams_and_a_third() {
        assert!((Alloy::named("silver-925").unwrap().grams(1000.0) - 10.36).abs() < 0.02);
    }
}
