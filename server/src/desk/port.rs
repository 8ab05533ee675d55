//! The desk as the pages and server functions see it.

use app::{
    backend::{Backend, BoardAsk, CommandAsk, LoginRefusal, SignedIn, Unavailable},
    domain::{BoardPage, OrderNumber, OrderPage, Receipt, Refusal, Revision, Timestamp},
};
use async_trait::async_trait;

use super::Desk;

#[async_trait]
impl Backend for Desk {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    #[tracing::instrument(skip_all)]
    async fn board(&self, ask: BoardAsk) -> Result<BoardPage, Unavailable> {
        self.read_board(&ask).await
    }

    #[tracing::instrument(skip_all, fields(order.number = %number))]
    async fn order(
        &self,
        number: &OrderNumber,
        at_least: Option<Revision>,
    ) -> Result<Option<OrderPage>, Unavailable> {
        self.find_order(number, at_least).await
    }

    #[tracing::instrument(skip_all, fields(command = ask.command.name(), order.id = %ask.id))]
    async fn command(&self, ask: CommandAsk) -> Result<Receipt, Refusal> {
        self.carry_out(ask).await
    }

    #[tracing::instrument(skip_all)]
    async fn login(&self, login: &str, password: &str, address: &str) -> Result<SignedIn, LoginRefusal> {
        self.sign_in(login, password, address).await
    }

    #[tracing::instrument(skip_all)]
    async fn logout(&self, token: &str) -> Result<(), Unavailable> {
        self.sign_out(token).await
    }
}
