package dev.ghee.control.auth.code;

import dev.ghee.contracts.AppId;
import dev.ghee.control.auth.EndUserAuthConfig;
import dev.ghee.control.auth.user.Email;
import dev.ghee.secrets.MasterKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes codes, and the form in which they are stored: a MAC, since a mere hash of six digits is guessed at once. */
@ApplicationScoped
public class CodeFactory {
    private static final Pattern CODE = Pattern.compile("[0-9]{6}");
    private static final int CODES = 1_000_000;
    private static final int LINK_BYTES = 32;
    private static final int MAX_LINK_LENGTH = 128;

    private final EndUserAuthConfig.Code config;
    private final MasterKey.Hmac mac;
    private final SecureRandom random = new SecureRandom();

    CodeFactory(EndUserAuthConfig config, MasterKey key) {
        this.config = config.code();
        this.mac = key.hmac("one-time codes");
    }

    public MailedCode verifyEmail(AppId app, Email email) {
        String code = digits();
        return new MailedCode(
                MailedCode.Purpose.VERIFY_EMAIL,
                code,
                codeHash(app, email, MailedCode.Purpose.VERIFY_EMAIL, code),
                null,
                null,
                config.verifyTtl());
    }

    public MailedCode resetPassword(AppId app, Email email) {
        String code = digits();
        byte[] secret = new byte[LINK_BYTES];
        random.nextBytes(secret);
        String link = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return new MailedCode(
                MailedCode.Purpose.RESET_PASSWORD,
                code,
                codeHash(app, email, MailedCode.Purpose.RESET_PASSWORD, code),
                link,
                linkHash(app, link),
                config.resetTtl());
    }

    /**
     * A code and a link's secret that sign in.
     *
     * @param page where the link leads, or null to mail the code alone; the secret is in the link's fragment, which
     *     browsers keep to themselves
     */
    public MailedCode magicLink(AppId app, Email email, @Nullable String page) {
        String code = digits();
        byte[] secret = new byte[LINK_BYTES];
        random.nextBytes(secret);
        String link = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return new MailedCode(
                MailedCode.Purpose.MAGIC_LINK,
                code,
                codeHash(app, email, MailedCode.Purpose.MAGIC_LINK, code),
                page == null ? null : page + "#magic_token=" + link,
                linkHash(app, link),
                config.magicTtl());
    }

    /** A code that shows that an anonymous user reads mail at the address it wants. */
    public MailedCode upgrade(AppId app, Email email) {
        String code = digits();
        return new MailedCode(
                MailedCode.Purpose.UPGRADE_ACCOUNT,
                code,
                codeHash(app, email, MailedCode.Purpose.UPGRADE_ACCOUNT, code),
                null,
                null,
                config.upgradeTtl());
    }

    /** Six digits, as opposed to a link's secret. */
    public static boolean isCode(String text) {
        return CODE.matcher(text).matches();
    }

    public static boolean mayBeLink(String text) {
        return text.length() <= MAX_LINK_LENGTH;
    }

    public byte[] codeHash(AppId app, Email email, MailedCode.Purpose purpose, String code) {
        return mac.of(app.value(), email.value(), purpose.stored(), code);
    }

    public byte[] linkHash(AppId app, String link) {
        return mac.of(app.value(), "link", link);
    }

    private String digits() {
        return "%06d".formatted(random.nextInt(CODES));
    }
}
