-- Whoever freezes between this and its commit holds the clock, and with it everybody's commits.
SELECT log_new_orders($1), set_config('idle_in_transaction_session_timeout', '1000', true)
