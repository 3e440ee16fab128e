# hcs completion for PowerShell. In $PROFILE: hcs completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName hcs, hcs.exe -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    # An empty word would be lost on its way into a native command of Windows PowerShell: hence --next.
    $options = @('complete', '--lines')
    $words = @()
    $isNext = $true
    foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
        if ($element.Extent.StartOffset -ge $cursorPosition) { break }
        $isString = $element -is [System.Management.Automation.Language.StringConstantExpressionAst]
        $text = if ($isString) { $element.Value } else { $element.Extent.Text }
        if ($element.Extent.EndOffset -ge $cursorPosition) {
            $isNext = $false
            $length = [Math]::Min($text.Length, $cursorPosition - $element.Extent.StartOffset)
            $text = $text.Substring(0, $length)
        }
        $words += $text
    }
    if ($isNext) { $options += '--next' }
    & $commandAst.CommandElements[0].Value @options '--' @words 2>$null | ForEach-Object {
        $value, $tooltip, $kind = $_ -split "`t"
        # An empty text keeps PowerShell from offering files, as it does when a completer says nothing. Until PowerShell#27398 that is an
        # exception of TabExpansion2, which PSReadLine swallows; so is $null, and the word itself would be an offer of what is not there.
        if ($kind -eq 'none') { return '' }
        $text = if ($value -match '[\s''"(){}$;,&|@#`]') { "'" + ($value -replace "'", "''") + "'" } else { $value }
        $type = if ($kind -eq 'option') { 'ParameterName' } elseif ($kind -eq 'verb') { 'Command' } else { 'ParameterValue' }
        [System.Management.Automation.CompletionResult]::new($text, $value, $type, $tooltip)
    }
}
