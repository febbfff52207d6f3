package dev.ghee.pgoutput.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random values of each supported type, as Postgres reads them; the edges of a type come more often than chance. */
enum Literals {
    BOOL("boolean", "true", "false") {
        @Override
        String random(Random random) {
            return Boolean.toString(random.nextBoolean());
        }
    },
    INT2("smallint", "0", "-1", "-32768", "32767") {
        @Override
        String random(Random random) {
            return Short.toString((short) random.nextInt());
        }
    },
    INT4("integer", "0", "-1", "-2147483648", "2147483647") {
        @Override
        String random(Random random) {
            return Integer.toString(random.nextInt());
        }
    },
    INT8("bigint", "0", "-1", "9", "10", "-9223372036854775808", "9223372036854775807", "1000000000000000000") {
        @Override
        String random(Random random) {
            return Long.toString(random.nextLong() >> random.nextInt(64));
        }
    },
    OID("oid", "0", "4294967295") {
        @Override
        String random(Random random) {
            return Integer.toUnsignedString(random.nextInt());
        }
    },
    FLOAT4(
            "real",
            "NaN",
            "Infinity",
            "-Infinity",
            "0",
            "-0",
            "1e-45",
            "3e-45",
            "1.17549435e-38",
            "3.4028235e38",
            "0.1",
            "100000",
            "999999",
            "1e6",
            "0.0001",
            "0.00001",
            "16777216",
            "33554430",
            "9.8e-45",
            "8.5899346e9") {
        @Override
        String random(Random random) {
            float value = Float.intBitsToFloat(random.nextInt());
            return switch (random.nextInt(3)) {
                case 0 -> Float.toString(value);
                case 1 -> Float.toString((float) Math.scalb(1.0, random.nextInt(278) - 149));
                default -> random.nextInt(100_000) + "e" + (random.nextInt(30) - 15);
            };
        }
    },
    FLOAT8(
            "double precision",
            "NaN",
            "Infinity",
            "-Infinity",
            "0",
            "-0",
            "4.9e-324",
            "1e-323",
            "2.2250738585072014e-308",
            "1.7976931348623157e308",
            "0.1",
            "1e14",
            "1e15",
            "999999999999999",
            "123456789012345678",
            "1e22",
            "1e23",
            "9007199254740993",
            "18014398509481984",
            "0.0001",
            "0.00001",
            "-1.5",
            "5e-324",
            "8.41e21") {
        @Override
        String random(Random random) {
            return switch (random.nextInt(4)) {
                case 0 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
                case 1 -> Double.toString(Math.scalb(1.0, random.nextInt(2098) - 1074));
                case 2 -> Long.toString(random.nextLong() >> random.nextInt(12)) + "e" + random.nextInt(8);
                default -> random.nextInt(100_000) + "e" + (random.nextInt(50) - 25);
            };
        }
    },
    NUMERIC(
            "numeric",
            "NaN",
            "Infinity",
            "-Infinity",
            "0",
            "0.00",
            "-0.0001",
            "10000",
            "9999",
            "0.00010000",
            "1e1000",
            "1e-1000",
            "-12345678901234567890.12345678901234567890",
            "10000.0001",
            "100000000",
            "0.000000000001") {
        @Override
        String random(Random random) {
            var unscaled = new BigInteger(1 + random.nextInt(200), random);
            var value = new BigDecimal(unscaled, random.nextInt(80) - 20);
            return (random.nextBoolean() ? value : value.negate()).toString();
        }
    },
    NUMERIC_WITH_SCALE("numeric(20,4)", "0", "0.00005", "NaN", "9999999999999999.9999") {
        @Override
        String random(Random random) {
            return new BigDecimal(BigInteger.valueOf(random.nextLong() >> 12), random.nextInt(6)).toString();
        }
    },
    TEXT(
            "text",
            "",
            " ",
            "NULL",
            "null",
            "a\"b\\c",
            "{a,b}",
            "\n\t\r\b\f\u0001\u001f\u007f",
            "é \u2028 \uD83D\uDE00",
            "'",
            "//</script>") {
        @Override
        String random(Random random) {
            return RandomText.unicode(random, random.nextInt(40));
        }
    },
    VARCHAR("varchar(40)", "", " x ") {
        @Override
        String random(Random random) {
            return RandomText.unicode(random, random.nextInt(40));
        }
    },
    BPCHAR("char(12)", "", "padded") {
        @Override
        String random(Random random) {
            return RandomText.unicode(random, random.nextInt(12));
        }
    },
    CHAR("\"char\"", "", "a", "\"", "\\", " ", "\n") {
        @Override
        String random(Random random) {
            return Character.toString(1 + random.nextInt(127));
        }
    },
    NAME("name", "", "a_table", "Weird \"name\"") {
        @Override
        String random(Random random) {
            return RandomText.unicode(random, random.nextInt(15));
        }
    },
    CITEXT("citext", "", "MiXed") {
        @Override
        String random(Random random) {
            return RandomText.unicode(random, random.nextInt(20));
        }
    },
    ENUM("mood", "sad", "so so", "NULL", "\"quoted\", {braced}", "") {
        @Override
        String random(Random random) {
            return edge(random);
        }
    },
    UUID_("uuid", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff") {
        @Override
        String random(Random random) {
            return new UUID(random.nextLong(), random.nextLong()).toString();
        }
    },
    DATE(
            "date",
            "infinity",
            "-infinity",
            "0001-01-01",
            "0001-12-31 BC",
            "0004-02-29",
            "4714-11-24 BC",
            "5874897-12-31",
            "1970-01-01",
            "2000-02-29",
            "1900-03-01",
            "9999-12-31",
            "10000-01-01",
            "0001-02-29 BC") {
        @Override
        String random(Random random) {
            return random.nextInt(8) == 0 ? RandomText.day(random, 4700) + " BC" : RandomText.day(random, 5_800_000);
        }
    },
    TIMESTAMP(
            "timestamp",
            "infinity",
            "-infinity",
            "1970-01-01",
            "1969-12-31 23:59:59.999999",
            "0001-01-01",
            "0001-12-31 23:59:59.9 BC",
            "4714-11-24 BC",
            "294276-12-31 23:59:59.999999",
            "9999-12-31 23:59:59.9999",
            "10000-01-01",
            "2000-01-01 00:00:00.000001") {
        @Override
        String random(Random random) {
            return random.nextInt(8) == 0
                    ? RandomText.day(random, 4700) + " " + RandomText.clock(random) + " BC"
                    : RandomText.day(random, 290_000) + " " + RandomText.clock(random);
        }
    },
    TIMESTAMPTZ(
            "timestamptz",
            "infinity",
            "-infinity",
            "1970-01-01Z",
            "2026-01-02 03:04:05.1239+05:30",
            "0001-01-01 00:00:00+14",
            "4714-11-24 00:00:00+00 BC",
            "294276-12-31 23:59:59.999999+00",
            "1891-01-01 00:00:00 Europe/Paris") {
        @Override
        String random(Random random) {
            return random.nextInt(8) == 0
                    ? RandomText.day(random, 4700) + " " + RandomText.clock(random) + RandomText.offset(random) + " BC"
                    : RandomText.day(random, 290_000) + " " + RandomText.clock(random) + RandomText.offset(random);
        }
    },
    TIME("time", "00:00:00", "24:00:00", "23:59:59.999999", "00:00:00.1") {
        @Override
        String random(Random random) {
            return RandomText.clock(random);
        }
    },
    TIMETZ("timetz", "00:00:00+00", "24:00:00-15:59:59", "12:00:00+15:59", "12:00:00-00:00:01", "12:00:00.5+05:30") {
        @Override
        String random(Random random) {
            return RandomText.clock(random) + RandomText.offset(random);
        }
    },
    INTERVAL(
            "interval",
            "0",
            "1 year",
            "-1 year",
            "1 mon",
            "-1 day +1 month",
            "1 day -00:00:01",
            "-1 days +02:03:00",
            "00:00:00.000001",
            "-00:00:00.000001",
            "-1 year 2 mons -3 days",
            "178000000 years",
            "2147483647 days",
            "100 hours",
            "-2147483648 days",
            "1 mon -1 day 00:00:01") {
        @Override
        String random(Random random) {
            return small(random) + " mons " + small(random) + " days "
                    + (random.nextLong() >> random.nextInt(64)) / 1000 + " microseconds";
        }

        private int small(Random random) {
            return random.nextInt() >> (4 + random.nextInt(28));
        }
    },
    JSON("json", "null", "{}", " {\"b\" : 1 ,\n \"a\":[1,2.50,1e400] } ", "\"\\u2028\"", "true", "{\"a\":1,\"a\":2}") {
        @Override
        String random(Random random) {
            return RandomText.json(random, 3);
        }
    },
    JSONB("jsonb", "null", "[]", "{\"b\" : 1 ,\n \"a\":[1,2.50] }", "\"\\u2028\"", "1e100") {
        @Override
        String random(Random random) {
            return RandomText.json(random, 3);
        }
    },
    BYTEA("bytea", "\\x", "\\x00", "\\xff007f80") {
        @Override
        String random(Random random) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            return "\\x" + HexFormat.of().formatHex(bytes);
        }
    },
    VECTOR("vector", "[0]", "[1,-2.5,3e-10]", "[0.1,1e10,100000,1000000]") {
        @Override
        String random(Random random) {
            return IntStream.range(0, 1 + random.nextInt(20))
                    .mapToObj(_ -> Float.toString((float) random.nextGaussian()))
                    .collect(Collectors.joining(",", "[", "]"));
        }
    },
    DOMAIN("price", "0", "1.50") {
        @Override
        String random(Random random) {
            return new BigDecimal(BigInteger.valueOf(random.nextInt(1_000_000)), 2).toString();
        }
    },
    DOMAIN_OVER_ARRAY("tags", "{}", "{a,NULL,\"b c\"}", "{{a},{b}}") {
        @Override
        String random(Random random) {
            return Literals.array(TEXT, random);
        }
    };

    private final String sqlType;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> edges;

    Literals(String sqlType, String... edges) {
        this.sqlType = sqlType;
        this.edges = List.of(edges);
    }

    abstract String random(Random random);

    String sqlType() {
        return sqlType;
    }

    List<String> edges() {
        return edges;
    }

    String edge(Random random) {
        return edges.get(random.nextInt(edges.size()));
    }

    String value(Random random) {
        return random.nextInt(4) == 0 ? edge(random) : random(random);
    }

    /** An array of up to three dimensions, sometimes with NULLs and unusual lower bounds. */
    static String array(Literals element, Random random) {
        int dimensions = random.nextInt(4);
        if (dimensions == 0) {
            return "{}";
        }
        int[] sizes = random.ints(dimensions, 1, 4).toArray();
        String bounds = "";
        if (random.nextInt(4) == 0) {
            for (int size : sizes) {
                int low = random.nextInt(10) - 5;
                bounds += "[" + low + ":" + (low + size - 1) + "]";
            }
            bounds += "=";
        }
        return bounds + level(element, random, sizes, 0);
    }

    private static String level(Literals element, Random random, int[] sizes, int depth) {
        return IntStream.range(0, sizes[depth])
                .mapToObj(_ -> depth + 1 < sizes.length
                        ? level(element, random, sizes, depth + 1)
                        : random.nextInt(6) == 0
                                ? "NULL"
                                : '"'
                                        + element.value(random)
                                                .replace("\\", "\\\\")
                                                .replace("\"", "\\\"")
                                        + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }
}
