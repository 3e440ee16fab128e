$id = Start-TestContainer
try {
    # Nobody can be asked here; and who can be is not asked what can only be refused.
    $refused = Assert-Fails { Remove-HcsContainer $id } 'failedPrecondition,Remove-HcsContainer'
    Assert-Match "$refused" "^container $id is running, so it is removed only with -Force$"
    Assert-Equal $refused.ErrorDetails.RecommendedAction "stop it first, or: Remove-HcsContainer -Id $id -Force, which kills it"
    Assert-Equal $refused.TargetObject $id
    Assert-Equal (Get-HcsContainer $id).Status 'running'
    # What would be done is a question still.
    $asked = Assert-Fails { Remove-HcsContainer $id -Force } 'failedPrecondition'
    Assert-Match $asked.ErrorDetails.RecommendedAction '-Confirm:\$false'
} finally {
    Remove-TestContainer $id
}
