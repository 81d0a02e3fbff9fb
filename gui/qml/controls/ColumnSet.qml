import QtQuick

// Which columns of a table the person has hidden.
QtObject {
    id: columns
    // Names with commas between them.
    property string hidden: ""

    function isHidden(name: string): bool { return columns.hidden.split(",").includes(name); }
    function toggle(name: string) {
        const names = hidden.split(",").filter((entry) => entry !== "" && entry !== name);
        hidden = (isHidden(name) ? names : names.concat(name)).join(",");
    }
}
