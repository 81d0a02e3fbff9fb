pragma Singleton
import QtQuick

// The one place for colours, type and sizes. `dark` and `reducedMotion` are set by Main.
QtObject {
    id: theme

    property bool dark: false
    property bool reducedMotion: false

    // Surfaces.
    readonly property color window: dark ? "#14161a" : "#f5f6f8"
    readonly property color surface: dark ? "#1c1f25" : "#ffffff"
    readonly property color raised: dark ? "#252931" : "#ffffff"
    readonly property color sunken: dark ? "#181a1f" : "#eef0f3"
    readonly property color hover: dark ? "#2a2f38" : "#eceff3"
    readonly property color border: dark ? "#333944" : "#dfe3e8"
    readonly property color fieldBorder: dark ? "#6b7482" : "#868f9c"
    readonly property color scrim: dark ? "#99000000" : "#66101418"

    // Text.
    readonly property color text: dark ? "#e9ebee" : "#1b1f24"
    readonly property color textSecondary: dark ? "#a9b1bc" : "#555e6b"
    readonly property color textDisabled: dark ? "#7f8793" : "#747d8a"

    // The accent, and what is written on it.
    readonly property color accent: dark ? "#86a8ff" : "#2f5bd3"
    readonly property color accentHover: dark ? "#9db9ff" : "#274eb8"
    readonly property color accentInk: dark ? "#101a33" : "#ffffff"
    readonly property color accentSoft: dark ? "#232d45" : "#e6ecfb"

    // States: a text colour and a soft ground for it.
    readonly property color success: dark ? "#6fd39b" : "#146c40"
    readonly property color successSoft: dark ? "#1b3327" : "#e1f4e9"
    readonly property color warning: dark ? "#f0bd62" : "#855300"
    readonly property color warningSoft: dark ? "#382d17" : "#fcf0d9"
    readonly property color danger: dark ? "#ff918a" : "#b3261e"
    readonly property color dangerSoft: dark ? "#401f1f" : "#fce8e6"
    readonly property color neutral: dark ? "#a9b1bc" : "#555e6b"
    readonly property color neutralSoft: dark ? "#2a2f38" : "#eceff3"

    // Series of charts, told apart also without colour vision (after Okabe and Ito).
    readonly property list<color> series: dark
        ? ["#86a8ff", "#f0a35e", "#5fd0b0", "#e58bc4", "#e6d560", "#8fd3f5", "#c3a1f7", "#b4bac4"]
        : ["#2f5bd3", "#d9730d", "#0f8a6c", "#b8418f", "#9a8400", "#2b8fc2", "#7a4fd0", "#79818d"]

    // Type. Sizes in pixels.
    readonly property string fontFamily: Application.font.family
    readonly property string monoFamily: "monospace"
    readonly property int display: 28
    readonly property int title: 20
    readonly property int heading: 15
    readonly property int body: 14
    readonly property int small: 12

    // Space on the 8-pixel grid.
    readonly property int xs: 4
    readonly property int s: 8
    readonly property int m: 16
    readonly property int l: 24
    readonly property int xl: 32

    // The widest that a page of cards is, in the middle of a larger window.
    readonly property int pageWidth: 1600

    readonly property int radius: 8
    readonly property int radiusLarge: 12
    readonly property int controlHeight: 36
    readonly property int rowHeight: 40
    readonly property int icon: 18

    readonly property int quick: reducedMotion ? 0 : 120
    readonly property int calm: reducedMotion ? 0 : 200

    // Room for a line of that size in any script: Latin letters take less than Chinese ones.
    function lineHeight(size: int): int { return Math.ceil(size * 1.5); }

    // The colour pairs of a state: "ready", "cooling", … of accounts, and "ok", "warning", "error", "info".
    function stateColor(state: string): color {
        switch (state) {
        case "ready": case "ok": return theme.success;
        case "cooling": case "exhausted": case "warning": return theme.warning;
        case "needs_sign_in": case "forbidden": case "troubled": case "error": return theme.danger;
        case "info": return theme.accent;
        default: return theme.neutral;
        }
    }
    function stateSoft(state: string): color {
        switch (state) {
        case "ready": case "ok": return theme.successSoft;
        case "cooling": case "exhausted": case "warning": return theme.warningSoft;
        case "needs_sign_in": case "forbidden": case "troubled": case "error": return theme.dangerSoft;
        case "info": return theme.accentSoft;
        default: return theme.neutralSoft;
        }
    }
}
