import QtQuick
import QtQuick.Layouts
import AgGateway

// An error that no field shows: those of the way out are below the tabs.
AgText {
    required property AccountForm form
    property list<string> known
    objectName: "formError"
    visible: form.error !== "" && known.concat(["proxy_url", "ca_file"]).indexOf(form.errorField) < 0
    text: form.error
    color: Theme.danger
    wrapMode: Text.Wrap
    Layout.fillWidth: true
}
