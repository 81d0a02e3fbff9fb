import AgGateway

// Before the gateway's own key is replaced.
ConfirmDialog {
    objectName: "newKeyDialog"
    title: qsTr("Replace the gateway key?")
    text: qsTr("The present key stops working at once; clients that use it need the new one.")
    confirmText: qsTr("Replace")
    destructive: true
}
