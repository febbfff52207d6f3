-- What builds of the app's site printed, line by line from 0.
CREATE TABLE ghee.build_logs (
  deployment_id uuid NOT NULL REFERENCES ghee.deployments (id) ON DELETE CASCADE,
  line bigint NOT NULL,
  text text NOT NULL,
  PRIMARY KEY (deployment_id, line)
);
