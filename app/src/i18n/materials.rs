//! Names of alloys: what the shop calls `gold-585-yellow` a goldsmith calls «золото 585, жёлтое».

use std::borrow::Cow;

use super::Lang;

impl Lang {
    /// The alloy in words; a name that is not known is shown as it came.
    #[must_use]
    pub fn material<'a>(self, name: &'a str) -> Cow<'a, str> {
        self.known(name).map_or(Cow::Borrowed(name), Cow::Owned)
    }

    fn known(self, name: &str) -> Option<String> {
        let mut parts = name.split('-');
        let metal = self.metal(parts.next()?)?;
        let Some(fineness) = parts.next() else { return Some(metal.to_owned()) };
        if fineness.is_empty() || !fineness.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        match (parts.next(), parts.next()) {
            (None, _) => Some(format!("{metal}\u{a0}{fineness}")),
            (Some(tone), None) => Some(format!("{metal}\u{a0}{fineness}, {}", self.tone(tone)?)),
            _ => None,
        }
    }

    fn metal(self, word: &str) -> Option<&'static str> {
        Some(match (self, word) {
            (Self::Ru, "gold") => "золото",
            (Self::Ru, "silver") => "серебро",
            (Self::Ru, "platinum") => "платина",
            (Self::Ru, "palladium") => "палладий",
            (Self::Ru, "titanium") => "титан",
            (Self::Ru, "bronze") => "бронза",
            (Self::Ru, "brass") => "латунь",
            (Self::En, "gold") => "gold",
            (Self::En, "silver") => "silver",
            (Self::En, "platinum") => "platinum",
            (Self::En, "palladium") => "palladium",
            (Self::En, "titanium") => "titanium",
            (Self::En, "bronze") => "bronze",
            (Self::En, "brass") => "brass",
            _ => return None,
        })
    }

    fn tone(self, word: &str) -> Option<&'static str> {
        Some(match (self, word) {
            (Self::Ru, "yellow") => "жёлтое",
            (Self::Ru, "white") => "белое",
            (Self::Ru, "red") => "красное",
            (Self::Ru, "rose") => "розовое",
            (Self::Ru, "green") => "зелёное",
            (Self::Ru, "black" | "oxidized" | "oxidised") => "чернёное",
            (Self::Ru, "rhodium") => "родированное",
            (Self::En, "yellow") => "yellow",
            (Self::En, "white") => "white",
            (Self::En, "red") => "red",
            (Self::En, "rose") => "rose",
            (Self::En, "green") => "green",
            (Self::En, "black" | "oxidized" | "oxidised") => "oxidised",
            (Self::En, "rhodium") => "rhodium-plated",
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_alloys_have_names_and_others_stay_as_they_came() {
        let said = |name| Lang::Ru.material(name).replace('\u{a0}', " ");
        assert_eq!(said("gold-585-yellow"), "золото 585, жёлтое");
        assert_eq!(said("platinum-950"), "платина 950");
        for name in ["<b>gold", "gold-585-plaid", "gold-x", "wood", "", "gold-585-red-hot", "сталь"] {
            assert_eq!(said(name), name);
        }
    }
}
