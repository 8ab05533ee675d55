//! The desk as the pages and server functions see it.

use app::{
    backend::{
        Backend, BoardAsk, BonusAsk, CommandAsk, ConfirmAsk, Holder, LoginRefusal, PassportPage, SignedIn,
        Unavailable, ViewRefusal,
    },
    cache::{CacheState, Comparison, NotCompared},
    domain::{
        Actor, BoardPage, BoardView, Cancelled, Neglected, OrderId, OrderNumber, OrderPage, Receipt, Refusal,
        Revision, SavedView, Timestamp, ViewName, flow::FlowPage, slow::Report,
    },
    radar::{BrokerAway, Dealt, LettersAsk, LettersRefusal, Radar},
};
use async_trait::async_trait;
use tracing::Instrument as _;
use uuid::Uuid;

use super::{Desk, trace};

#[async_trait]
impl Backend for Desk {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    #[tracing::instrument(skip_all)]
    async fn board(&self, ask: BoardAsk) -> Result<BoardPage, Unavailable> {
        self.read_board(&ask).await
    }

    #[tracing::instrument(skip_all)]
    async fn neglected(&self, at_least: Option<Revision>) -> Result<Neglected, Unavailable> {
        self.list_neglected(at_least).await
    }

    fn cancelled(&self, actor: &Actor) -> Vec<Cancelled> {
        self.cancelled.of(actor.user)
    }

    #[tracing::instrument(skip_all, fields(order.id = %order))]
    async fn note_cancelled(&self, actor: &Actor, order: OrderId) -> Result<(), Unavailable> {
        self.know_cancelled(actor, order).await
    }

    async fn order(
        &self,
        number: &OrderNumber,
        at_least: Option<Revision>,
    ) -> Result<Option<OrderPage>, Unavailable> {
        let span = tracing::info_span!("order", order.number = %number);
        let found = self.find_order(number, at_least).instrument(span).await?;
        if let Some(page) = &found {
            trace::about(page.entry.card.id);
        }
        Ok(found)
    }

    async fn passport(&self, number: &OrderNumber) -> Result<Option<PassportPage>, Unavailable> {
        let span = tracing::info_span!("passport", order.number = %number);
        let found = self.find_passport(number).instrument(span).await?;
        if let Some(page) = &found {
            trace::about(page.entry.card.id);
        }
        Ok(found)
    }

    #[tracing::instrument(skip_all)]
    async fn flow(&self, hours: u32, at_least: Option<Revision>) -> Result<FlowPage, Unavailable> {
        self.read_flow_page(hours, at_least).await
    }

    async fn command(&self, ask: CommandAsk) -> Result<Receipt, Refusal> {
        trace::about(ask.id);
        let span = tracing::info_span!("command", command = ask.command.name(), order.id = %ask.id);
        self.carry_out(ask).instrument(span).await
    }

    async fn bonus(&self, ask: BonusAsk) -> Result<Receipt, Refusal> {
        trace::about(ask.id);
        let span = tracing::info_span!("bonus", command = "bonus", order.id = %ask.id);
        self.put_bonus(ask).instrument(span).await
    }

    async fn confirm_model(&self, ask: ConfirmAsk) -> Result<Receipt, Refusal> {
        trace::about(ask.id);
        let span = tracing::info_span!("confirm_model", command = "confirm", order.id = %ask.id);
        self.note_confirmation(ask).instrument(span).await
    }

    #[tracing::instrument(skip_all)]
    async fn slow_reports(&self) -> Result<Vec<Report>, Unavailable> {
        self.list_reports().await
    }

    #[tracing::instrument(skip_all)]
    async fn login(&self, login: &str, password: &str, address: &str) -> Result<SignedIn, LoginRefusal> {
        self.sign_in(login, password, address).await
    }

    #[tracing::instrument(skip_all)]
    async fn logout(&self, token: &str) -> Result<(), Unavailable> {
        self.sign_out(token).await
    }

    #[tracing::instrument(skip_all)]
    async fn look(&self, actor: &Actor, until: Timestamp) -> Result<Timestamp, Unavailable> {
        self.note_look(actor, until).await
    }

    #[tracing::instrument(skip_all)]
    async fn views(&self, actor: &Actor) -> Result<Vec<SavedView>, Unavailable> {
        self.list_views(actor).await
    }

    #[tracing::instrument(skip_all)]
    async fn save_view(&self, actor: &Actor, name: ViewName, view: BoardView) -> Result<(), ViewRefusal> {
        self.keep_view(actor, name, view).await
    }

    #[tracing::instrument(skip_all)]
    async fn rename_view(&self, actor: &Actor, id: Uuid, name: ViewName) -> Result<(), ViewRefusal> {
        self.name_view(actor, id, &name).await
    }

    #[tracing::instrument(skip_all)]
    async fn delete_view(&self, actor: &Actor, id: Uuid) -> Result<(), ViewRefusal> {
        self.forget_view(actor, id).await
    }

    #[tracing::instrument(skip_all)]
    async fn holders(&self, at_least: Option<Revision>) -> Result<Vec<Holder>, Unavailable> {
        self.list_holders(at_least).await
    }

    #[tracing::instrument(skip_all)]
    async fn radar(&self, after: u32, at_least: Option<Revision>) -> Radar {
        self.read_radar(after, at_least).await
    }

    #[tracing::instrument(skip_all)]
    async fn letters(&self, ask: LettersAsk) -> Result<Dealt, LettersRefusal> {
        self.deal(ask).await
    }

    fn broker_away(&self) -> Option<BrokerAway> {
        self.broker_is_away()
    }

    fn cache(&self) -> CacheState {
        self.show_cache()
    }

    #[tracing::instrument(skip_all)]
    async fn compare_cache(&self) -> Result<Comparison, NotCompared> {
        self.compare_copies().await
    }
}
