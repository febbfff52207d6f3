-- Tells readers of the write-ahead log, at the right place in it, that who may see a row may have changed. A logical
-- message with the prefix ghee.access goes into every transaction that changes a policy, a grant, a table, a function, a
-- type or anything else that is not known to be harmless.
--
-- Run by a superuser, as event triggers are theirs; in a schema of its own that the owner of the app's tables cannot
-- write to, as the function also runs when a superuser changes something. May be repeated.

CREATE SCHEMA IF NOT EXISTS ghee_access;

CREATE OR REPLACE FUNCTION ghee_access.note_change() RETURNS event_trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  -- Nothing here decides who sees a row. A publication does: it says what a gateway hears of a membership table.
  -- Lower case: GRANT names the kinds of objects in capitals.
  harmless CONSTANT text[] := '{index,sequence,trigger,event trigger,statistics object,subscription,default value,
    default acl,rule,materialized view,large object}';
  changed boolean;
BEGIN
  IF TG_TAG IN ('COMMENT', 'SECURITY LABEL') THEN
    RETURN;
  END IF;
  IF TG_EVENT = 'sql_drop' THEN
    changed := EXISTS (
      SELECT FROM pg_event_trigger_dropped_objects() AS d
      WHERE NOT d.is_temporary AND d.schema_name IS DISTINCT FROM 'ghee_realtime'
        AND lower(d.object_type) <> ALL (harmless));
  ELSE
    changed := EXISTS (
      SELECT FROM pg_event_trigger_ddl_commands() AS c
      WHERE coalesce(c.schema_name, '') NOT IN ('pg_temp', 'ghee_realtime')
        AND lower(c.object_type) <> ALL (harmless)
        -- A GRANT does not say on which function. The gateway grants only on one that it has just made.
        AND NOT (c.command_tag IN ('GRANT', 'REVOKE') AND lower(c.object_type) IN ('function', 'procedure', 'routine')
          AND EXISTS (
            SELECT FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
            WHERE n.nspname = 'ghee_realtime' AND p.xmin = pg_current_xact_id()::xid)));
  END IF;
  IF changed THEN
    PERFORM pg_logical_emit_message(true, 'ghee.access', TG_TAG);
  END IF;
EXCEPTION WHEN OTHERS THEN
  -- Readers also look at the catalogue every few seconds; nobody's change may fail because they could not be told.
  RAISE WARNING 'Readers of the log were not told of this change: %', SQLERRM;
END
$$;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtname = 'ghee_access_changed') THEN
    CREATE EVENT TRIGGER ghee_access_changed ON ddl_command_end EXECUTE FUNCTION ghee_access.note_change();
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtname = 'ghee_access_dropped') THEN
    CREATE EVENT TRIGGER ghee_access_dropped ON sql_drop EXECUTE FUNCTION ghee_access.note_change();
  END IF;
END
$$;

-- Also for sessions that apply somebody else's changes.
ALTER EVENT TRIGGER ghee_access_changed ENABLE ALWAYS;
ALTER EVENT TRIGGER ghee_access_dropped ENABLE ALWAYS;
