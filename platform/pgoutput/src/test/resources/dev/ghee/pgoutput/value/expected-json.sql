-- The data API's rendering of values, written down a second time in SQL, as an oracle for JsonValue.
CREATE TYPE mood AS ENUM ('sad', 'so so', 'NULL', '"quoted", {braced}', '');
CREATE DOMAIN price AS numeric(10,2) CHECK (VALUE >= 0);
CREATE DOMAIN tags AS text[];

-- Whatever has no overload of its own: a string of what the type's output function prints.
CREATE FUNCTION ghee_json(v anyelement) RETURNS text LANGUAGE sql AS
$$ SELECT CASE WHEN num_nulls(v) = 0 THEN to_json(format('%s', v))::text END $$;

CREATE FUNCTION ghee_json(v boolean) RETURNS text LANGUAGE sql AS $$ SELECT v::text $$;
CREATE FUNCTION ghee_json(v smallint) RETURNS text LANGUAGE sql AS $$ SELECT v::text $$;
CREATE FUNCTION ghee_json(v integer) RETURNS text LANGUAGE sql AS $$ SELECT v::text $$;
CREATE FUNCTION ghee_json(v real) RETURNS text LANGUAGE sql AS
$$ SELECT CASE WHEN v IN ('NaN', 'Infinity', '-Infinity') THEN to_json(v::text)::text ELSE v::text END $$;
CREATE FUNCTION ghee_json(v double precision) RETURNS text LANGUAGE sql AS
$$ SELECT CASE WHEN v IN ('NaN', 'Infinity', '-Infinity') THEN to_json(v::text)::text ELSE v::text END $$;
CREATE FUNCTION ghee_json(v bigint) RETURNS text LANGUAGE sql AS $$ SELECT to_json(v::text)::text $$;
CREATE FUNCTION ghee_json(v oid) RETURNS text LANGUAGE sql AS $$ SELECT to_json(v::text)::text $$;
CREATE FUNCTION ghee_json(v numeric) RETURNS text LANGUAGE sql AS $$ SELECT to_json(v::text)::text $$;
CREATE FUNCTION ghee_json(v json) RETURNS text LANGUAGE sql AS $$ SELECT v::text $$;
CREATE FUNCTION ghee_json(v jsonb) RETURNS text LANGUAGE sql AS $$ SELECT v::text $$;

CREATE FUNCTION ghee_json(v bytea) RETURNS text LANGUAGE sql AS
$$ SELECT CASE WHEN v IS NOT NULL THEN '{"type":"Buffer","data":[' || coalesce(
       (SELECT string_agg(get_byte(v, i)::text, ',' ORDER BY i) FROM generate_series(0, length(v) - 1) i), '')
   || ']}' END $$;

-- Postgres has no year 0: 1 BC is -1.
CREATE FUNCTION ghee_iso_year(y integer) RETURNS text LANGUAGE sql AS
$$ SELECT CASE
       WHEN y < -1 THEN '-' || lpad((-y - 1)::text, 6, '0')
       WHEN y = -1 THEN '0000'
       WHEN y <= 9999 THEN lpad(y::text, 4, '0')
       ELSE '+' || lpad(y::text, greatest(6, length(y::text)), '0') END $$;
CREATE FUNCTION ghee_json(v timestamp) RETURNS text LANGUAGE sql AS
$$ SELECT '"' || CASE WHEN isfinite(v)
       THEN ghee_iso_year(extract(year FROM v)::integer) || to_char(v, '-MM-DD"T"HH24:MI:SS.MS"Z"')
       ELSE v::text END || '"' $$;
CREATE FUNCTION ghee_json(v timestamptz) RETURNS text LANGUAGE sql AS
$$ SELECT ghee_json(v AT TIME ZONE 'UTC') $$;
CREATE FUNCTION ghee_json(v date) RETURNS text LANGUAGE sql AS
$$ SELECT '"' || CASE WHEN isfinite(v)
       THEN ghee_iso_year(extract(year FROM v)::integer) || '-' || lpad(extract(month FROM v)::text, 2, '0')
           || '-' || lpad(extract(day FROM v)::text, 2, '0') || 'T00:00:00.000Z'
       ELSE v::text END || '"' $$;

-- Nests the elements, given as JSON in row-major order, as the array's dimensions say.
CREATE FUNCTION ghee_nest(elements text[], sizes integer[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    inner_size integer := cardinality(elements) / sizes[1];
    parts text[] := '{}';
BEGIN
    IF cardinality(sizes) = 1 THEN
        RETURN '[' || array_to_string(elements, ',') || ']';
    END IF;
    FOR i IN 0 .. sizes[1] - 1 LOOP
        parts := parts || ghee_nest(elements[i * inner_size + 1 : (i + 1) * inner_size], sizes[2:]);
    END LOOP;
    RETURN '[' || array_to_string(parts, ',') || ']';
END $$;
CREATE FUNCTION ghee_json_array(v anyarray, elements text[]) RETURNS text LANGUAGE sql AS
$$ SELECT CASE WHEN v IS NULL THEN NULL WHEN cardinality(v) = 0 THEN '[]' ELSE ghee_nest(elements,
       (SELECT array_agg(array_length(v, d) ORDER BY d) FROM generate_series(1, array_ndims(v)) d)) END $$;
CREATE FUNCTION ghee_json(v tags) RETURNS text LANGUAGE sql AS
$$ SELECT ghee_json_array(v::text[],
       (SELECT array_agg(coalesce(to_json(e)::text, 'null') ORDER BY o) FROM unnest(v) WITH ORDINALITY u(e, o))) $$;
