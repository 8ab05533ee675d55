//! Words of an order's passport: stages, systems, what time is spent on. Only the server writes them.

use super::{Lang, phrases::phrases};
use crate::domain::passport::{Spent, Stage, System};

phrases! {
    Passport, passport;
    Title: "Паспорт заказа", "Order passport";
    Sheet: "Паспорт для печати", "Passport to print";
    Way: "Путь заказа", "The order’s way";
    WayEmpty: "Пока ни одного шага", "No step yet";
    SoFar: "всего на сегодня", "in all so far";
    InAll: "всего", "in all";
    InWorkshop: "в цехе", "in the workshop";
    Efficiency: "работа от времени в цехе", "work in the workshop’s time";
    Still: "ещё длится", "goes on";
    Arrived: "Дошёл до цеха", "Reached the workshop";
    OnTheWay: "между системами", "between the systems";
    Repeated: "повторено магазином, на путь не влияет", "repeated by the shop, changes nothing";
    Stage: "Стадия", "Stage";
    SystemColumn: "Система", "System";
    From: "С", "From";
    To: "По", "To";
    Time: "Время", "Time";
    What: "На что ушло", "Spent on";
    Who: "Кто", "Who";
    Why: "Причина", "Reason";
    Step: "Шаг", "Step";
    When: "Когда", "When";
    Message: "Сообщение", "Message";
    Trace: "Трасса", "Trace";
    BySystems: "Сколько в каждой системе", "How long in each system";
    Rule: "Время календарное: ночи и выходные считаются, потому что клиент ждёт и их. Секунды полные.",
        "Time is calendar time: nights and weekends count, because the customer waits through them. Full seconds.";
    Messages: "Шаги и сообщения", "Steps and messages";
    Print: "Печать", "Print";
    AsOf: "На", "As of";
    ToOrder: "К заказу", "To the order";
    Reworks: "доработок", "reworks";
    Releases: "возвратов", "times given back";
    Ready: "Будет отправлен не позже", "Shipped by";
    Promised: "При одобрении обещали не позже", "Promised at the approval: by";
    Bonus: "Надбавка за заказ, который никто не берёт", "A bonus on an order that nobody takes";
    BonusNow: "Сейчас надбавка", "The bonus now:";
    BonusAmount: "Сколько добавить к оплате", "How much to add to the pay";
    BonusPut: "Добавить", "Add";
    BonusChange: "Изменить", "Change";
    BonusHint: "Все увидят её на карточке сразу. 0 снимает надбавку. Взявший получает оплату вместе с ней.",
        "Everybody sees it on the card at once. 0 takes it back. Whoever takes the order earns it.";
    Nobody: "никто", "nobody";
}

impl Lang {
    /// A stage of an order's way.
    #[must_use]
    pub const fn way_stage(self, stage: Stage) -> &'static str {
        match stage {
            Stage::Begun => self.one_of("Клиент оформляет", "Customer orders"),
            Stage::Uploaded => self.one_of("Модель загружена", "Model uploaded"),
            Stage::Pricing => self.one_of("Расчёт цены", "Pricing"),
            Stage::Paying => self.one_of("Оплата и одобрение", "Payment, approval"),
            Stage::Elsewhere => self.one_of("У магазина", "At the shop"),
            Stage::Handover => self.one_of("Передача в цех", "Handover"),
            Stage::Free => self.one_of("Свободен", "Free"),
            Stage::Bench => self.one_of("У мастера", "At the bench"),
            Stage::Made => self.one_of("Ждёт упаковки", "Waits for packing"),
            Stage::Packing => self.one_of("Упаковка", "Packing"),
            Stage::Delivery => self.one_of("Доставка", "Delivery"),
        }
    }

    /// A system on an order's way.
    #[must_use]
    pub const fn system(self, system: System) -> &'static str {
        match system {
            System::Shop => self.one_of("магазин", "shop"),
            System::Crm => self.one_of("CRM", "CRM"),
            System::Between => self.one_of("между системами", "between systems"),
            System::Mes => self.one_of("цех", "workshop"),
        }
    }

    /// Whose doing a step is that no person of the workshop took; of what is not known, the shop told.
    #[must_use]
    pub fn doer(self, wire: &str) -> &'static str {
        match wire {
            "INITIATED" | "FILE_UPLOADED" | "SUBMITTED" => self.one_of("клиент", "customer"),
            "PRICE_CALCULATED" => self.one_of("расчёт цены", "price calculation"),
            "MANUFACTURING_APPROVED" | "CANCELLED" | "CLOSED" => self.system(System::Crm),
            "MANUFACTURING_STARTED" | "MANUFACTURING_COMPLETED" | "PACKAGING" | "SHIPPED" => {
                self.system(System::Mes)
            }
            _ => self.system(System::Shop),
        }
    }

    /// What time is spent on.
    #[must_use]
    pub const fn spent(self, spent: Spent) -> &'static str {
        match spent {
            Spent::Outside => self.one_of("не у нас", "not with us"),
            Spent::Working => self.one_of("работа", "work"),
            Spent::Waiting => self.one_of("ожидание", "waiting"),
            Spent::Held => self.one_of("отложен", "on hold"),
        }
    }

    /// How sure a day is: «в 85 случаях из 100».
    #[must_use]
    pub fn with_certainty(self, percent: u8) -> String {
        match self {
            Self::Ru => format!("в {percent} случаях из 100"),
            Self::En => format!("in {percent} of 100 cases"),
        }
    }

    /// To the second, aligned: `2 дн. 04:15:20`, `04:15:20`.
    #[must_use]
    pub fn exact_span(self, seconds: i64) -> String {
        let (days, rest) = (seconds.max(0) / 86_400, seconds.max(0) % 86_400);
        let clock = format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
        if days == 0 { clock } else { format!("{} {clock}", self.span(days * 86_400)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_not_lost_in_a_month() {
        let plain = |lang: Lang, seconds| lang.exact_span(seconds).replace('\u{a0}', " ");
        assert_eq!(plain(Lang::Ru, 2 * 86_400 + 4 * 3600 + 15 * 60 + 20), "2 дн. 04:15:20");
        assert_eq!(plain(Lang::En, 86_399), "23:59:59");
        assert_eq!(plain(Lang::En, 86_400), "1 day 00:00:00");
        assert_eq!(plain(Lang::En, -5), "00:00:00");
    }
}
