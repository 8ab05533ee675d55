-- What an order was promised when it was approved.
SELECT promised FROM flow_promises WHERE order_id = $1
