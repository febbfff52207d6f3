package dev.ghee.control.auth.oauth;

import static dev.ghee.control.auth.oauth.Dialect.Trait.BASIC_AUTH;
import static dev.ghee.control.auth.oauth.Dialect.Trait.COMMA_SCOPES;
import static dev.ghee.control.auth.oauth.Dialect.Trait.FORM_POST;
import static dev.ghee.control.auth.oauth.Dialect.Trait.ID_TOKEN;
import static dev.ghee.control.auth.oauth.Dialect.Trait.NONCE;
import static dev.ghee.control.auth.oauth.Dialect.Trait.PKCE;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What is particular about a provider. Sources: their own manuals; PKCE only where they say that they take it. */
enum Dialect {
    GOOGLE(List.of("openid", "email", "profile"), Map.of("access_type", "offline"), PKCE, NONCE, ID_TOKEN),
    GITHUB(List.of("user:email"), Map.of(), PKCE),
    DISCORD(List.of("identify", "email"), Map.of(), PKCE),
    FACEBOOK(List.of("email", "public_profile"), Map.of(), COMMA_SCOPES),
    /** Its ordinary flow takes neither PKCE nor a nonce. */
    LINKEDIN(List.of("openid", "profile", "email"), Map.of(), ID_TOKEN),
    MICROSOFT(List.of("openid", "profile", "email", "User.Read"), Map.of(), PKCE, NONCE, ID_TOKEN),
    /** Scopes are given in a POST only, and the id_token of that POST is ignored: the token endpoint's counts. */
    APPLE(
            List.of("name", "email"),
            Map.of("response_type", "code id_token", "response_mode", "form_post"),
            NONCE,
            ID_TOKEN,
            FORM_POST),
    X(List.of("tweet.read", "users.read"), Map.of(), PKCE, BASIC_AUTH),
    /** Any other name; what it can is found out or configured. */
    CUSTOM(List.of("openid", "email", "profile"), Map.of(), PKCE);

    private final List<String> scopes;
    private final Map<String, String> parameters;
    private final Set<Trait> traits;

    Dialect(List<String> scopes, Map<String, String> parameters, Trait... traits) {
        this.scopes = scopes;
        this.parameters = parameters;
        EnumSet<Trait> set = EnumSet.noneOf(Trait.class);
        set.addAll(Arrays.asList(traits));
        this.traits = Set.copyOf(set);
    }

    /** What a provider takes or gives. */
    enum Trait {
        /** S256 of a verifier. */
        PKCE,
        /** Repeats our nonce in the id_token. */
        NONCE,
        /** Gives an id_token, which must verify. */
        ID_TOKEN,
        /** Commas between scopes. */
        COMMA_SCOPES,
        /** The client's id and secret as HTTP basic authentication and not in the form. */
        BASIC_AUTH,
        /** Comes back as a POST from its own page. */
        FORM_POST
    }

    static Dialect of(ProviderName name) {
        return Arrays.stream(values())
                .filter(each -> each != CUSTOM)
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name.value()))
                .findFirst()
                .orElse(CUSTOM);
    }

    List<String> scopes() {
        return scopes;
    }

    /** Parameters of the authorization request beside the usual ones, or in their place. */
    Map<String, String> parameters() {
        return parameters;
    }

    Set<Trait> traits() {
        return traits;
    }
}
